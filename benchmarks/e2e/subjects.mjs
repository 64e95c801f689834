// Who is measured, in what, and how each is started. Wintergate's come from one server file.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('./', import.meta.url));
const peers = fileURLToPath(new URL('../peers/', import.meta.url));
export const portkey = join(peers, 'node_modules/@portkey-ai/gateway');
export const bunBinary = join(peers, 'node_modules/bun/bin/bun.exe');

/** `full`: all scenarios. `short`: throughput alone. `hit`: throughput of one repeated call. `similar`: of one that is like another. */
const peersAndBaselines = [
  { id: 'pipe', label: 'bare `node:http` pipe', plan: 'full', file: 'pipe.mjs' },
  { id: 'hono-fetch', label: 'bare Hono + `fetch` proxy', plan: 'full', file: 'hono-fetch.mjs' },
  // Portkey parses replies and writes them anew: the same meaning, other bytes.
  { id: 'portkey', label: 'Portkey gateway 1.15.2', plan: 'full', exact: false },
  {
    id: 'hono-constant',
    label: 'Hono: parse the body, answer a constant',
    plan: 'hit',
    file: 'hono-constant.mjs',
  },
];

const features = {
  logger: 'logger',
  'rate-limit': 'rateLimit',
  guard: 'promptGuard',
  router: 'modelRouter',
  cache: 'semanticCache',
  failover: 'failover',
};

const wintergate = [
  { id: 'core', label: 'Wintergate, nothing in it', plan: 'full', middleware: 'none' },
  ...Object.entries(features).map(([id, name]) => ({
    id,
    label: `Wintergate, \`${name}()\` alone`,
    plan: 'short',
    middleware: name,
  })),
  { id: 'all', label: 'Wintergate, all six, a miss', plan: 'full', middleware: 'all' },
  { id: 'all-hit', label: 'Wintergate, all six, an exact hit', plan: 'hit', middleware: 'all' },
  {
    id: 'all-similar',
    label: 'Wintergate, all six, a semantic hit',
    plan: 'similar',
    middleware: 'all',
  },
];

export const subjects = [...peersAndBaselines, ...wintergate];

/** @returns what `start` needs for this subject on this runtime. */
export function launch(subject, { runtime, port, upstreamPort, staged }) {
  const env = { PORT: String(port), UPSTREAM_PORT: String(upstreamPort) };
  const command = runtime === 'bun' ? bunBinary : process.execPath;
  if (subject.id === 'portkey') {
    return {
      command,
      args: [join(portkey, 'build/start-server.js'), `--port=${port}`, '--headless'],
      env,
    };
  }
  if (subject.middleware === undefined) {
    return { command, args: [join(here, 'subjects', subject.file)], env };
  }
  return { command, args: [staged], env: { ...env, MIDDLEWARE: subject.middleware } };
}

export const hasBun = () => existsSync(bunBinary);
