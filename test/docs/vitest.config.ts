import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  test: { include: ['*.test.ts', 'lib/*.test.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
});
