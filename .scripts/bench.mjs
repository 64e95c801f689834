// `pnpm bench SUBJECT [option …]`: installs and builds what is missing, then runs `benchmarks/run.mjs`.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildPackages } from './lib/build.mjs';
import { installAllOrExit } from './lib/install.mjs';
import { run } from './lib/run.mjs';
import { repository } from './lib/workspace.mjs';

const entry = join(repository, 'benchmarks/run.mjs');
if (!existsSync(entry)) {
  console.error('Cannot find "benchmarks/run.mjs"');
  process.exit(1);
}
if (!existsSync(join(repository, 'benchmarks/node_modules'))) await installAllOrExit();
// Of all there are, or of one.
if (!(await buildPackages())) process.exit(1);
const { code } = await run(process.execPath, [entry, ...process.argv.slice(2)], {
  cwd: repository,
});
process.exitCode = code;
