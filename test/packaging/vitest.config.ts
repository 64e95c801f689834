import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  test: {
    include: ['*.test.ts'],
    globalSetup: './lib/setup.ts',
    // Other processes do the work: an npm install, runtimes, a type-checker.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
