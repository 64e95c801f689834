/** Every host that the suite runs on, and how each is really started. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@wintergate/test-helpers';
import { type BundleOptions, bundle } from './bundle.ts';
import { type Launched, launch } from './launch.ts';
import { findRuntime, type Runtime } from './runtimes.ts';
import { workerdConfig } from './workerd-config.ts';

/** What a host says of itself at `/host`. */
export interface HostFacts {
  readonly adapter: string;
  readonly userAgent: string | null;
  /** Major version, or null where `process.versions` is absent or only an imitation. */
  readonly node: string | null;
  readonly bun: string | null;
  readonly deno: string | null;
  readonly edge: string | null;
  readonly hasBuffer: boolean;
  readonly clientAddress: string | null;
  readonly sharesIo: boolean;
  readonly digest: 'string' | 'promise';
  /** SHA-256 of `wintergate`. */
  readonly digestOfName: string;
}

export interface Host {
  readonly id: string;
  readonly title: string;
  readonly runtime: Runtime;
  /** What only this host can say of itself. */
  readonly facts: Partial<HostFacts>;
  start(upstream: string): Promise<Launched>;
}

const here = join(import.meta.dirname, '..');
const fixture = (name: string): string => join(here, 'fixture', name);

/** Modules that stay imports: found from the bundle's folder, inside this package. */
const nodeExternal = ['undici', 'hono', 'hono/*', '@hono/node-server'];

export const hosts: readonly Host[] = [
  nodeHost('node20', '20'),
  nodeHost('node22', '22'),
  nodeHost('node24', '24'),
  nodeHost('node26', '26'),
  {
    id: 'bun',
    title: 'Bun',
    runtime: 'bun',
    facts: {
      adapter: 'bun',
      bun: '1.4.5',
      clientAddress: '127.0.0.1',
      sharesIo: true,
      digest: 'string',
    },
    start: (upstream) =>
      start('bun', upstream, { entry: 'bun.ts' }, (file, port) => ({
        args: [file],
        env: { PORT: String(port) },
      })),
  },
  {
    id: 'deno',
    title: 'Deno',
    runtime: 'deno',
    facts: {
      adapter: 'deno',
      deno: '2.9.6',
      clientAddress: '127.0.0.1',
      sharesIo: true,
      digest: 'promise',
    },
    start: (upstream) =>
      start('deno', upstream, { entry: 'deno.ts' }, (file, port) => ({
        args: ['serve', '--allow-net', '--no-check', '--host=127.0.0.1', `--port=${port}`, file],
        env: { DENO_NO_UPDATE_CHECK: '1' },
      })),
  },
  workerdHost('workerd', 'workerd, compatibility date 2026-11-01', '2026-11-01', {
    hasBuffer: true,
  }),
  workerdHost('workerd-portable', 'workerd without Node compatibility', '2026-07-01', {
    hasBuffer: false,
  }),
  {
    id: 'edge',
    title: 'Vercel edge runtime',
    runtime: 'node20',
    facts: {
      adapter: 'vercel',
      edge: 'edge-runtime',
      userAgent: null,
      hasBuffer: false,
      digest: 'promise',
    },
    start: (upstream) =>
      start('node20', upstream, { entry: 'edge.ts', format: 'iife' }, (file, port) => ({
        args: [fixture('edge-runner.mjs'), file, String(port)],
      })),
  },
  {
    id: 'hono',
    title: 'Hono on Node 20',
    runtime: 'node20',
    facts: { adapter: 'hono', node: '20', clientAddress: '127.0.0.1', sharesIo: true },
    start: (upstream) =>
      start('node20', upstream, { entry: 'hono.ts', external: nodeExternal }, (file, port) => ({
        args: [file],
        env: { PORT: String(port) },
      })),
  },
];

function nodeHost(runtime: Runtime, major: string): Host {
  return {
    id: `node-${major}`,
    title: `Node ${major}`,
    runtime,
    facts: {
      adapter: 'node',
      node: major,
      bun: null,
      deno: null,
      clientAddress: '127.0.0.1',
      sharesIo: true,
      digest: 'string',
    },
    start: (upstream) =>
      start(runtime, upstream, { entry: 'node.ts', external: nodeExternal }, (file, port) => ({
        args: [file],
        env: { PORT: String(port) },
      })),
  };
}

function workerdHost(id: string, title: string, date: string, facts: Partial<HostFacts>): Host {
  const shared = { adapter: 'workers', userAgent: 'Cloudflare-Workers', sharesIo: false } as const;
  return {
    id,
    title,
    runtime: 'workerd',
    facts: { ...shared, digest: 'promise', ...facts },
    start: (upstream) =>
      start('workerd', upstream, { entry: 'worker.ts' }, async (_file, port, folder) => {
        const config = join(folder, 'config.capnp');
        await writeFile(config, workerdConfig(date, port));
        return { args: ['serve', config] };
      }),
  };
}

interface Launch {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

async function start(
  runtime: Runtime,
  upstream: string,
  entry: Pick<BundleOptions, 'entry' | 'format' | 'external'>,
  prepare: (file: string, port: number, folder: string) => Launch | Promise<Launch>,
): Promise<Launched> {
  const command = findRuntime(runtime);
  if (command === undefined) throw new Error(`Install the runtime first: "${runtime}"`);
  // Inside this package, so that modules which stay imports are found.
  const stage = join(here, '.stage');
  await mkdir(stage, { recursive: true });
  const folder = await mkdtemp(join(stage, 'host-'));
  try {
    const outfile = join(folder, 'app.mjs');
    const define = { UPSTREAM: upstream };
    await bundle({ ...entry, entry: fixture(entry.entry), outfile, define });
    const port = await freePort();
    const { args, env } = await prepare(outfile, port, folder);
    const launched = await launch({ command, args, port, probe: '/host', ...(env && { env }) });
    const stop = async (): Promise<void> => {
      await launched.stop();
      await rm(folder, { recursive: true, force: true });
    };
    return { ...launched, stop };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
