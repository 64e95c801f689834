import { defineConfig } from 'tsup';

export default defineConfig({
  entry: [
    'src/index.ts',
    'src/node.ts',
    'src/bun.ts',
    'src/deno.ts',
    'src/workers.ts',
    'src/vercel.ts',
    'src/hono.ts',
    'src/fetch.ts',
  ],
  format: 'esm',
  target: 'es2022',
  platform: 'neutral',
  external: [/^node:/],
  // Deno and bundlers know Node's modules by this prefix only.
  removeNodeProtocol: false,
  // tsup 8 sets baseUrl, which TypeScript 6 calls deprecated.
  dts:
    process.env['WINTERGATE_DTS'] === '0'
      ? false
      : { compilerOptions: { ignoreDeprecations: '6.0' } },
  clean: true,
});
