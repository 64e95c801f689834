/** Type-checks code blocks against the packages as published. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stagePackages } from '@wintergate/test-helpers';
import { run } from '../../../.scripts/lib/run.mjs';
import { repository } from '../../../.scripts/lib/workspace.mjs';
import type { Block } from './documents.ts';

/** What examples use from npm, by the example or package that declares it. */
const borrowed: Readonly<Record<string, string>> = {
  openai: 'examples/openai-sdk',
  ai: 'examples/ai-sdk',
  '@ai-sdk/openai': 'examples/ai-sdk',
  '@hono/node-server': 'examples/hono-app',
  '@electric-sql/pglite': 'packages/semantic-cache',
};

const hosts = `declare const Bun: { serve(options: object): { port: number } };
declare const Deno: { serve(...options: unknown[]): object; env: { get(name: string): string | undefined } };
`;

/**
 * Compiles every block as a module of its own.
 *
 * @param dir may hold what an earlier check left.
 * @param options.isPart they stand in functions and next to declarations that are not shown.
 * @returns errors by the block's place; none when all compile.
 */
export async function checkSnippets(
  dir: string,
  blocks: readonly Block[],
  { isPart = false }: { isPart?: boolean } = {},
): Promise<Map<string, string[]>> {
  const links = Object.entries(borrowed).map(([name, folder]) => [
    name,
    join(repository, folder, 'node_modules', name),
  ]);
  stagePackages(dir, {
    links: Object.fromEntries(links.filter(([, path]) => existsSync(path ?? ''))),
  });
  mkdirSync(dirname(join(dir, 'hosts.d.ts')), { recursive: true });
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(join(dir, 'hosts.d.ts'), hosts);
  for (const [index, block] of blocks.entries())
    writeFileSync(join(dir, `s${index}.ts`), `${block.code}\nexport {};\n`);
  writeFileSync(
    join(dir, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: { ...compilerOptions, noImplicitAny: !isPart },
      include: ['*.ts'],
    }),
  );
  const tsc = join(repository, 'node_modules/typescript/bin/tsc');
  const options = { cwd: dir, quiet: true };
  const { output } = await run(process.execPath, [tsc, '-p', dir, '--pretty', 'false'], options);
  // "A 'return' statement can only be used within a function body."
  return assign(isPart ? output.replace(/^.*error TS1108: .*$/gm, '') : output, blocks);
}

const compilerOptions = {
  target: 'ES2022',
  lib: ['ES2022', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
  module: 'ESNext',
  moduleResolution: 'bundler',
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: ['node'],
  typeRoots: [join(import.meta.dirname, '../node_modules/@types')],
};

function assign(output: string, blocks: readonly Block[]): Map<string, string[]> {
  const errors = new Map<string, string[]>();
  const add = (place: string, text: string): void => {
    errors.set(place, [...(errors.get(place) ?? []), text]);
  };
  for (const line of output.split('\n')) {
    const found = /^s(\d+)\.ts\((\d+),\d+\): error (.*)$/.exec(line);
    const block = blocks[Number(found?.[1] ?? -1)];
    if (block !== undefined) add(block.place, `line ${found?.[2]} of the block: ${found?.[3]}`);
    else if (/error TS/.test(line)) add('elsewhere', line);
  }
  return errors;
}
