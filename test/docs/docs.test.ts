import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { pnpmVersion } from '../../.scripts/lib/run.mjs';
import { repository } from '../../.scripts/lib/workspace.mjs';
import { findDocuments, parseCommands, parseLinks, readBlocks } from './lib/documents.ts';
import { completed, type Exports, missingNames, parseExamples } from './lib/examples.ts';
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

const clients = 'test/docs/fixtures/clients.ts';
const blocks = documents
  .flatMap((document) => readBlocks(repository, document))
  .filter(({ language }) => language === 'ts' || language === 'js')
  .concat({ place: clients, language: 'ts', code: textOf(clients) });

const sources = readdirSync(join(repository, 'packages')).flatMap((name) =>
  readdirSync(join(repository, 'packages', name, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => join('packages', name, 'src', file)),
);
const examples = sources.flatMap((file) => parseExamples(textOf(file), file));

async function inFolder<T>(work: (dir: string) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'wintergate-docs-'));
  try {
    return await work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

describe('code in documents', () => {
  let errors: Map<string, string[]>;

  beforeAll(async () => {
    errors = await inFolder((dir) => checkSnippets(dir, blocks));
  });

  it.each(blocks)('$place compiles against the published types', ({ place }) => {
    expect(errors.get(place)).toBeUndefined();
  });

  it('needs nothing that cannot be found', () => {
    expect(errors.get('elsewhere')).toBeUndefined();
  });
});

describe('examples in comments', () => {
  let errors: Map<string, string[]>;

  beforeAll(async () => {
    const exports: Exports = JSON.parse(textOf('test/packaging/exports.snapshot.json'));
    errors = await inFolder(async (dir) => {
      const bare = examples.map((example) => completed(example, [], exports));
      const left = await checkSnippets(dir, bare, { isPart: true });
      const whole = examples.map((example) =>
        completed(example, missingNames(left.get(example.place) ?? []), exports),
      );
      return checkSnippets(dir, whole, { isPart: true });
    });
  });

  it.each(examples)('$place compiles against the published types', ({ place }) => {
    expect(errors.get(place)).toBeUndefined();
  });
});
