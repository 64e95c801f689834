// Finds the suites, runs each with vitest, and counts what its report says.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';
import { readJson } from './workspace.mjs';

/** Suites that the repository must have; further folders in test/ with a vitest configuration run too. */
const expected = ['helpers', 'conformance', 'hosts', 'e2e', 'packaging'];
const timeout = 20 * 60_000;

const configIn = (dir) =>
  ['ts', 'mts', 'mjs', 'js']
    .map((ending) => join(dir, `vitest.config.${ending}`))
    .find((path) => existsSync(path));

/** `{ name, dir, config }` in the order in which they run; `config` undefined where there is none. */
export function findSuites(root) {
  const unit = { name: 'unit', dir: root, config: join(root, '.scripts/vitest.config.mjs') };
  const base = join(root, 'test');
  const folders = existsSync(base) ? readdirSync(base).sort() : [];
  const further = folders.filter(
    (name) => !expected.includes(name) && configIn(join(base, name)) !== undefined,
  );
  const inTest = [...expected, ...further].map((name) => ({
    name,
    dir: join(base, name),
    config: configIn(join(base, name)),
  }));
  const benchmarks = {
    name: 'benchmarks',
    dir: join(root, 'benchmarks'),
    config: configIn(join(root, 'benchmarks')),
  };
  return [unit, ...inTest, ...(benchmarks.config === undefined ? [] : [benchmarks])];
}

/** Runs one suite and gives its counts. */
export async function runSuite(suite, { root, env }) {
  const report = join(root, '.cache/test', `${suite.name}.json`);
  mkdirSync(join(root, '.cache/test'), { recursive: true });
  rmSync(report, { force: true });
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const started = Date.now();
  const { code } = await run(
    process.execPath,
    [vitest, 'run', '--config', suite.config, ...reporters],
    {
      cwd: suite.dir,
      env,
      timeout,
    },
  );
  const counts = existsSync(report)
    ? countReport(readJson(report))
    : { passed: 0, failed: 0, skipped: 0, failures: [] };
  const { passed, failed, skipped, failures } = withExitCode(counts, code);
  return {
    name: suite.name,
    passed,
    failed,
    skipped,
    failures,
    seconds: (Date.now() - started) / 1000,
  };
}

/** Counts the JSON report of vitest; a file that fell over before its tests counts as one failure. */
export function countReport(report) {
  const counts = { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const file of report.testResults) {
    const failures = file.assertionResults
      .filter((test) => test.status === 'failed')
      .map((test) => `${file.name}: ${test.fullName}`);
    const passed = file.assertionResults.filter((test) => test.status === 'passed').length;
    counts.passed += passed;
    counts.skipped += file.assertionResults.length - passed - failures.length;
    if (file.status === 'failed' && failures.length === 0) {
      failures.push(`${file.name}: ${(file.message || 'failed to load').split('\n')[0]}`);
    }
    counts.failed += failures.length;
    counts.failures.push(...failures);
  }
  return counts;
}

/** A run that ended badly without a failed test, or ran none, is a failure too. */
export function withExitCode(counts, code) {
  const silent = code !== 0 && counts.failed === 0;
  const empty = counts.passed + counts.failed + counts.skipped === 0;
  if (!silent && !empty) return counts;
  const why = code === 124 ? 'took too long' : empty ? 'ran no test' : `ended with code ${code}`;
  return { ...counts, failed: counts.failed + 1, failures: [...counts.failures, why] };
}
