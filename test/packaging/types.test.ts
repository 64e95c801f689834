import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { run } from '../../.scripts/lib/run.mjs';
import { repository } from '../../.scripts/lib/workspace.mjs';
import snapshot from './exports.snapshot.json' with { type: 'json' };

const consumer = inject('consumer');
const tarballs = inject('tarballs');

/** Type-checks files in the consumer's folder, libraries included. */
async function check(
  files: readonly string[],
  moduleResolution: 'bundler' | 'nodenext',
): Promise<string> {
  const name = `tsconfig.${moduleResolution}.json`;
  const compilerOptions = {
    target: 'ES2022',
    lib: ['ES2022', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
    module: moduleResolution === 'bundler' ? 'ESNext' : 'NodeNext',
    moduleResolution,
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    types: ['node'],
    typeRoots: [join(import.meta.dirname, 'node_modules/@types')],
    skipLibCheck: false,
  };
  writeFileSync(join(consumer, name), JSON.stringify({ compilerOptions, files }));
  const tsc = join(repository, 'node_modules/typescript/bin/tsc');
  const { output } = await run(process.execPath, [tsc, '-p', join(consumer, name)], {
    quiet: true,
  });
  return output;
}

describe.each(['bundler', 'nodenext'] as const)(
  'published types under moduleResolution %s',
  (resolution) => {
    it('resolve for every entry, and refer to one another', async () => {
      const entries = tarballs.flatMap(({ name, manifest }) =>
        Object.keys(manifest.exports).map((subpath) => `${name}${subpath.slice(1)}`),
      );
      const lines = entries.map((entry, index) => `import * as e${index} from '${entry}';`);
      const uses = entries.map((_, index) => `e${index}`).join(', ');
      writeFileSync(
        join(consumer, 'entries.ts'),
        `${lines.join('\n')}\nexport const all: object[] = [${uses}];\n`,
      );
      expect(await check(['entries.ts'], resolution)).toBe('');
    });

    it('take undefined for an option that is left out, as of a variable that is not set', async () => {
      const options = Object.entries(snapshot).flatMap(([entry, { types }]) =>
        types.filter((name) => /Options$/.test(name)).map((name) => [name, entry] as const),
      );
      const lines = options.map(([name, entry], at) => {
        return `import type { ${name} as O${at} } from '${entry}';\nexport const o${at}: Partial<O${at}> = {} as Unset<O${at}>;`;
      });
      const unset =
        'type Unset<T> = { [K in keyof T as object extends Pick<T, K> ? K : never]: undefined };';
      writeFileSync(join(consumer, 'unset.ts'), `${lines.join('\n')}\n${unset}\n`);
      expect(options.length).toBeGreaterThan(30);
      expect(await check(['unset.ts'], resolution)).toBe('');
    });

    it('fit together in a chain, and refuse a wrong option', async () => {
      cpSync(join(import.meta.dirname, 'fixture/chain.ts'), join(consumer, 'chain.ts'));
      expect(await check(['chain.ts'], resolution)).toBe('');
    });
  },
);
