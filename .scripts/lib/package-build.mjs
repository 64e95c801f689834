// How every package is built: what its manifest exports, each entry a file of its own.
import { readFileSync } from 'node:fs';

/**
 * @param configUrl of the package's tsup.config.ts.
 * @param more entries that are no exports, and options that differ.
 * @returns options for tsup.
 */
export function packageBuild(configUrl, { entry = [], ...more } = {}) {
  const manifest = JSON.parse(readFileSync(new URL('package.json', configUrl), 'utf8'));
  const exported = Object.values(manifest.exports).filter(
    (target) => typeof target === 'string' && target.endsWith('.ts'),
  );
  return {
    entry: [...exported, ...entry],
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
    ...more,
  };
}
