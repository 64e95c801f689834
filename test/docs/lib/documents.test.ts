import { describe, expect, it } from 'vitest';
import { parseBlocks, parseCommands, parseLinks } from './documents.ts';

describe('parseBlocks()', () => {
  it('gives language, place and code, also of a longer fence around a shorter one', () => {
    const text = 'a\n```ts\nconst a = 1;\n\n```\n````md\n```\nx\n```\n````\n';
    expect(parseBlocks(text, 'README.md')).toEqual([
      { place: 'README.md:2', language: 'ts', code: 'const a = 1;\n' },
      { place: 'README.md:6', language: 'md', code: '```\nx\n```' },
    ]);
  });
});

describe('parseLinks()', () => {
  it('gives files only, without fragments, and nothing from code', () => {
    const text =
      '[a](./a.md#x) [b](https://b) [c](#c) `[d](d.md)`\n```md\n[e](e.md)\n```\n![f](f.png)';
    expect(parseLinks(text)).toEqual(['./a.md', 'f.png']);
  });
});

describe('parseCommands()', () => {
  it('reads scripts and versions', () => {
    expect(
      parseCommands(
        'what pnpm does: `pnpm check` or\n```sh\nnpx --yes pnpm@12.21.0 test:unit\n```',
      ),
    ).toEqual([
      { script: 'test:unit', version: '12.21.0' },
      { script: 'check', version: undefined },
    ]);
  });
});
