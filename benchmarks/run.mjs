// `pnpm bench SUBJECT [option …]`: runs `benchmarks/SUBJECT/run.mjs`.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = fileURLToPath(new URL('./', import.meta.url));
const names = readdirSync(here).filter((name) => existsSync(join(here, name, 'run.mjs')));
const [name, ...options] = process.argv.slice(2).filter((argument) => argument !== '--');

if (names.includes(name)) {
  process.argv = [process.argv[0], join(here, name, 'run.mjs'), ...options];
  await import(pathToFileURL(process.argv[1]).href);
} else {
  console.error(`Choose a benchmark: ${names.map((it) => `"pnpm bench ${it}"`).join(', ')}`);
  process.exitCode = 1;
}
