// `pnpm test [suite …]`: installs and builds everything, runs the unit tests, then every suite in test/.
import { appendFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildPackages } from './lib/build.mjs';
import { installAll } from './lib/install.mjs';
import { findSuites, runSuite } from './lib/suites.mjs';
import { readNotes, summarise, totalOf } from './lib/summary.mjs';
import { withoutProviders } from './lib/test-environment.mjs';
import { repository } from './lib/workspace.mjs';

const root = repository;
const wanted = process.argv.slice(2).filter((argument) => argument !== '--');
const suites = findSuites(root).filter(({ name }) => wanted.length === 0 || wanted.includes(name));
if (suites.length === 0 || wanted.some((name) => !suites.some((suite) => suite.name === name))) {
  console.error(
    `Unknown suite in "${wanted.join(' ')}": choose from ${findSuites(root)
      .map(({ name }) => name)
      .join(', ')}`,
  );
  process.exit(2);
}

const notesFile = join(root, '.cache/test/notes.jsonl');
mkdirSync(join(root, '.cache/test'), { recursive: true });
rmSync(notesFile, { force: true });
const note = (fields) => appendFileSync(notesFile, `${JSON.stringify(fields)}\n`);
const results = [];
const fail = (name, why) =>
  results.push({ name, passed: 0, failed: 1, skipped: 0, failures: [why], seconds: 0 });

try {
  console.log('== install');
  await installAll();
  console.log('== build');
  if (!(await buildPackages())) fail('build', 'see the lines above');
} catch (error) {
  fail('install', error.message);
}

const env = { ...withoutProviders(process.env), WINTERGATE_TEST_REPORT: notesFile };
if (existsSync(join(root, 'node_modules/vitest'))) {
  for (const suite of suites) {
    if (suite.config === undefined) {
      const why = 'the repository does not have it';
      if (process.env.WINTERGATE_REQUIRE === 'all') fail(suite.name, why);
      else note({ kind: 'not-run', suite: suite.name, what: 'the suite', why });
      continue;
    }
    console.log(`== ${suite.name}`);
    note({ kind: 'ran', suite: suite.name, runtime: 'Node', version: process.versions.node });
    results.push(await runSuite(suite, { root, env }));
  }
}

console.log(summarise(results, readNotes(notesFile), root).join('\n'));
process.exitCode = totalOf(results).failed > 0 ? 1 : 0;
