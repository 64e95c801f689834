import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pnpmVersion } from '../../.scripts/lib/run.mjs';
import { repository } from '../../.scripts/lib/workspace.mjs';
import { findDocuments, parseCommands, parseLinks, readBlocks } from './lib/documents.ts';
import { checkSnippets } from './lib/snippets.ts';

const documents = findDocuments(repository);
const textOf = (document: string): string => readFileSync(join(repository, document), 'utf8');
const scripts = Object.keys(JSON.parse(textOf('package.json')).scripts);
const own = new Set([...scripts, 'add', 'install']);

describe.each(documents)('%s', (document) => {
  it('links to files that exist', () => {
    const dir = dirname(join(repository, document));
    expect(parseLinks(textOf(document)).filter((target) => !existsSync(join(dir, target)))).toEqual(
      [],
    );
  });

  it('names commands that exist, by the one version of pnpm', () => {
    const commands = parseCommands(textOf(document));
    expect(commands.filter(({ script }) => !own.has(script))).toEqual([]);
    expect(
      commands.filter(({ version }) => version !== undefined && version !== pnpmVersion),
    ).toEqual([]);
  });
});

const blocks = documents
  .flatMap((document) => readBlocks(repository, document))
  .filter(({ language }) => language === 'ts' || language === 'js');

describe.runIf(blocks.length > 0)('code in documents', () => {
  let dir: string;
  let errors: Map<string, string[]>;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'wintergate-docs-'));
    errors = await checkSnippets(dir, blocks);
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  it.each(blocks)('$place compiles against the published types', ({ place }) => {
    expect(errors.get(place)).toBeUndefined();
  });

  it('needs nothing that cannot be found', () => {
    expect(errors.get('elsewhere')).toBeUndefined();
  });
});
