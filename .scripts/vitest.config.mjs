// Unit tests: beside their sources, no build, no network. Suites in test/ have their own configuration.
import { defineConfig } from 'vitest/config';
import { repository } from './lib/workspace.mjs';

export default defineConfig({
  root: repository,
  test: {
    include: ['packages/*/src/**/*.test.ts', '.scripts/**/*.test.mjs', 'benchmarks/**/*.test.mjs'],
    exclude: ['**/node_modules/**', '**/dist/**'],
  },
});
