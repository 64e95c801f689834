// `pnpm check [name …] [--update]`: one line for each check, then what to do about those that failed.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkBoundaries } from './checks/boundaries.mjs';
import { checkExports } from './checks/exports.mjs';
import { checkLint } from './checks/lint.mjs';
import { checkPublint } from './checks/publint.mjs';
import { checkSizes } from './checks/sizes.mjs';
import { checkTypes } from './checks/types.mjs';
import { buildPackages } from './lib/build.mjs';
import { installAllOrExit } from './lib/install.mjs';
import { repository } from './lib/workspace.mjs';

const checks = {
  lint: checkLint,
  types: checkTypes,
  boundaries: checkBoundaries,
  exports: checkExports,
  sizes: checkSizes,
  publint: checkPublint,
};

const given = process.argv.slice(2);
const names = given.filter((argument) => !argument.startsWith('--'));
const unknown = names.filter((name) => !(name in checks));
if (unknown.length > 0) {
  console.error(
    `Unknown check "${unknown.join('", "')}": choose from ${Object.keys(checks).join(', ')}`,
  );
  process.exit(2);
}

const selected = names.length > 0 ? names : Object.keys(checks);
if (process.env.CI !== undefined || !existsSync(join(repository, 'node_modules/typescript')))
  await installAllOrExit();

/** A check that falls over has failed: it never stops the others. */
async function runCheck(name) {
  try {
    if (name === 'publint') await buildPackages();
    return await checks[name]({ root: repository, update: given.includes('--update') });
  } catch (error) {
    return { problems: [`the check itself failed: ${error.stack}`], summary: '' };
  }
}

let failed = 0;
for (const name of selected) {
  const started = Date.now();
  const { problems, summary } = await runCheck(name);
  const time = `${((Date.now() - started) / 1000).toFixed(1)} s`;
  const verdict = problems.length === 0 ? 'ok  ' : 'FAIL';
  console.log(`${verdict}  ${name.padEnd(11)} ${time.padStart(7)}  ${summary}`);
  for (const problem of problems) console.log(`        ${problem}`);
  if (problems.length > 0) failed += 1;
}
console.log(
  failed === 0
    ? `All ${selected.length} checks passed`
    : `${failed} of ${selected.length} checks failed`,
);
process.exitCode = failed === 0 ? 0 : 1;
