// Unit tests: beside their sources, no build, no network. Suites in test/ have their own configuration.
import { defineConfig } from 'vitest/config';
import { repository } from './lib/workspace.mjs';

export default defineConfig({
  root: repository,
  test: {
    include: ['packages/*/src/**/*.test.ts', '.scripts/**/*.test.mjs', 'benchmarks/**/*.test.mjs'],
    // A property of two thousand cases takes its time on a machine that does other work too.
    testTimeout: 30_000,
    exclude: ['**/node_modules/**', '**/dist/**'],
  },
});
