/** One file from an entry and the packages' built `dist`, as a deployment makes it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';

const packages = join(import.meta.dirname, '../../../packages');

export interface BundleOptions {
  readonly entry: string;
  readonly outfile: string;
  /** `iife` for the edge runtime's script, `esm` elsewhere. */
  readonly format?: 'esm' | 'iife';
  /** Where our packages come from: the workspace's built files, or what is installed beside the entry. @default 'workspace' */
  readonly resolve?: 'workspace' | 'installed';
  /** Left as imports, besides `node:*`. */
  readonly external?: readonly string[];
  /** Global names replaced by values. */
  readonly define?: Readonly<Record<string, unknown>>;
}

export async function bundle(options: BundleOptions): Promise<string> {
  const define = Object.entries(options.define ?? {});
  await build({
    entryPoints: [options.entry],
    outfile: options.outfile,
    bundle: true,
    format: options.format ?? 'esm',
    target: 'es2022',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['import'],
    external: ['node:*', 'cloudflare:*', ...(options.external ?? [])],
    define: Object.fromEntries(define.map(([name, value]) => [name, JSON.stringify(value)])),
    plugins: options.resolve === 'installed' ? [] : [publishedExports],
    logLevel: 'silent',
    legalComments: 'none',
  });
  return options.outfile;
}

/** Resolves workspace packages as npm will: by `publishConfig.exports`, not to `src`. */
const publishedExports: Plugin = {
  name: 'published-exports',
  setup({ onResolve }) {
    onResolve({ filter: /^(@wintergate\/|wintergate$)/ }, ({ path }) => {
      const [folder = '', ...rest] = path.replace(/^@wintergate\//, '').split('/');
      const manifest = JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8'));
      const entry = manifest.publishConfig.exports[rest.length === 0 ? '.' : `./${rest.join('/')}`];
      const file = join(packages, folder, entry?.default ?? 'missing');
      if (!existsSync(file))
        return { errors: [{ text: `Cannot find the built file of "${path}"` }] };
      return { path: file, sideEffects: false };
    });
  },
};
