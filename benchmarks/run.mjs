// `pnpm bench SUBJECT [option …]` runs `benchmarks/SUBJECT/run.mjs`; without a subject all that write results.
// `pnpm bench --check` compares with the stored baseline.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = fileURLToPath(new URL('./', import.meta.url));
const names = readdirSync(here).filter((name) => existsSync(join(here, name, 'run.mjs')));
const [name, ...options] = process.argv.slice(2).filter((argument) => argument !== '--');

/** In the order of what depends on nothing, the longest last: about an hour and a half together. */
const everything = [
  ['core'],
  ['wire'],
  ['ratelimit'],
  ['guard'],
  ['cache'],
  ['quality'],
  ['semantic'],
  ['difficulty'],
  ['start'],
  ['memory'],
  ['scale'],
  ['e2e', '--runtime', 'node,node24,bun,deno,workerd'],
];

if (name === undefined) runAll();
else if (name === '--check') await load('check', options);
else if (names.includes(name)) await load(name, options);
else {
  console.error(`Choose a benchmark: ${names.map((it) => `"pnpm bench ${it}"`).join(', ')}`);
  process.exitCode = 1;
}

async function load(subject, parameters) {
  process.argv = [process.argv[0], join(here, subject, 'run.mjs'), ...parameters];
  await import(pathToFileURL(process.argv[1]).href);
}

/** Each in a process of its own; one that fails does not keep the others back. */
function runAll() {
  for (const [at, parameters] of everything.entries()) {
    console.log(`\n[${at + 1}/${everything.length}] pnpm bench ${parameters.join(' ')}`);
    try {
      execFileSync(process.execPath, [join(here, 'run.mjs'), ...parameters], { stdio: 'inherit' });
    } catch {
      console.error(`"pnpm bench ${parameters.join(' ')}" failed`);
      process.exitCode = 1;
    }
  }
}
