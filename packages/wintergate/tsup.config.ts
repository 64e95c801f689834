import { defineConfig } from 'tsup';

export default defineConfig({
  entry: ['src/index.ts', 'src/cli.ts'],
  format: 'esm',
  target: 'es2022',
  platform: 'node',
  // tsup 8 sets baseUrl, which TypeScript 6 calls deprecated.
  dts:
    process.env['WINTERGATE_DTS'] === '0'
      ? false
      : { compilerOptions: { ignoreDeprecations: '6.0' } },
  clean: true,
});
