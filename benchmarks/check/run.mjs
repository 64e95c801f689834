// `pnpm bench --check [--update]`: a few minutes of measurements as ratios, against those in `baseline.json`. Fails
// when one is more than 15 % worse in three measurements. By hand, on a quiet machine: no test depends on it.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machineFacts, revision } from '../lib/machine.mjs';
import { table } from '../lib/results.mjs';
import { compare, lower, ratiosOfGroups, ratiosOfSubjects } from './ratios.mjs';

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { update: { type: 'boolean', default: false } },
});
const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const baselinePath = path('../baseline.json');
const subjects = 'pipe,core,all,hono-constant,all-hit';

if (values.update) {
  const made = { machine: machineFacts(), revision: revision(), ratios: measure() };
  writeFileSync(baselinePath, `${JSON.stringify(made, null, 2)}\n`);
  console.log(`Stored ${Object.keys(made.ratios).length} ratios in benchmarks/baseline.json`);
} else {
  const baseline = JSON.parse(readFileSync(baselinePath, 'utf8'));
  let ratios = measure();
  // A moment of the machine is worse once, a change of ours each time.
  for (let again = 0; again < 2 && compare(baseline.ratios, ratios).worse.length > 0; again++)
    ratios = lower(ratios, measure());
  const { rows, worse } = compare(baseline.ratios, ratios);
  console.log(`\nBaseline: revision ${baseline.revision}, ${baseline.machine}\n`);
  console.log(table(['cost, as a multiple of its baseline', 'was', 'is', 'change', ''], rows));
  if (worse.length > 0) {
    console.error(
      `\n${worse.length} of ${rows.length} are more than 15 % worse: ${worse.join('; ')}`,
    );
    process.exitCode = 1;
  }
}

function measure() {
  run('e2e', '--runtime', 'node', '--rounds', '3', '--ms', '1000', '--only', subjects, '--force');
  run('core', '--quick', '--runtime', 'node');
  run('wire', '--quick');
  run('ratelimit', '--quick');
  return {
    ...ratiosOfSubjects(read('e2e-node').results),
    ...ratiosOfGroups('core', read('core-node')),
    ...ratiosOfGroups('wire', read('wire')),
    ...ratiosOfGroups('ratelimit', read('ratelimit')),
  };
}

function run(...parameters) {
  console.log(`pnpm bench ${parameters.join(' ')} …`);
  execFileSync(process.execPath, [path('../run.mjs'), ...parameters], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function read(name) {
  return JSON.parse(readFileSync(path(`../.cache/${name}.json`), 'utf8'));
}
