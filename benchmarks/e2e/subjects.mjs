// Who is measured, in what, and how each is started. Wintergate's come from one server file.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stage } from '../lib/stage.mjs';
import { commandFor } from './runtimes.mjs';

const here = fileURLToPath(new URL('./', import.meta.url));
const peers = fileURLToPath(new URL('../peers/', import.meta.url));
export const portkey = join(peers, 'node_modules/@portkey-ai/gateway');
export const upstashCache = join(peers, 'node_modules/@upstash/semantic-cache');

const scenarioNames = { miss: 'a miss', hit: 'an exact hit', similar: 'a semantic hit' };

/**
 * `full`: all scenarios. `short`: throughput alone. `json`: that of JSON calls alone. `template`: of JSON calls whose
 * prompts share a template. `hit`: throughput of one repeated call, as JSON and (unless `streams` is false) streamed.
 * `similar`: of one that is like another.
 */
const peersAndBaselines = [
  { id: 'pipe', label: 'bare `node:http` pipe', plan: 'full', file: 'pipe.mjs' },
  {
    id: 'hono-fetch',
    label: 'bare Hono + `fetch` proxy',
    plan: 'full',
    file: 'hono-fetch.mjs',
    workerFile: 'fetch-worker.mjs',
    workerLabel: 'bare `fetch` proxy',
  },
  {
    id: 'js-pipe',
    label: 'bare `fetch` proxy, chunks passed on by JavaScript',
    plan: 'short',
    file: 'js-pipe.mjs',
    workerFile: 'js-pipe-worker.mjs',
  },
  // Portkey parses replies and writes them anew: the same meaning, other bytes.
  { id: 'portkey', label: 'Portkey gateway 1.15.2', plan: 'full', exact: false },
  {
    id: 'hono-constant',
    label: 'Hono: parse the body, answer a constant',
    plan: 'hit',
    file: 'hono-constant.mjs',
    workerFile: 'constant-app.mjs',
  },
  ...['miss', 'hit', 'similar'].map((plan) => ({
    id: `upstash-cache-${plan}`,
    label: `Hono + \`fetch\` with \`@upstash/semantic-cache\`, ${scenarioNames[plan]}`,
    plan: plan === 'miss' ? 'json' : plan,
    streams: false,
    file: 'upstash-cache.mjs',
  })),
];

const features = {
  logger: 'logger',
  'rate-limit': 'rateLimit',
  guard: 'promptGuard',
  router: 'modelRouter',
  cache: 'semanticCache',
  failover: 'failover',
};

/** By the name of the adapter. */
const elsewhere = {
  hono: 'Wintergate in a Hono app',
  fetch: 'bare Hono proxy with `wrapFetch()`',
};

const wintergate = [
  { id: 'core', label: 'Wintergate, nothing in it', plan: 'full', middleware: 'none' },
  {
    id: 'core-again',
    label: 'Wintergate, nothing in it, once more (A/A)',
    plan: 'short',
    middleware: 'none',
  },
  ...Object.entries(features).map(([id, name]) => ({
    id,
    label: `Wintergate, \`${name}()\` alone`,
    plan: 'short',
    middleware: name,
  })),
  {
    id: 'logger-lines',
    label: 'Wintergate, `logger()` alone, lines of JSON to a file',
    plan: 'short',
    middleware: 'logger+lines',
  },
  { id: 'all', label: 'Wintergate, all six, a miss', plan: 'full', middleware: 'all' },
  {
    id: 'all-template',
    label: 'Wintergate, all six, a miss, prompts of one template',
    plan: 'template',
    middleware: 'all',
  },
  ...Object.entries(elsewhere).flatMap(([adapter, where]) => [
    {
      id: `${adapter}-core`,
      label: `${where}, nothing in it`,
      plan: 'short',
      middleware: 'none',
      adapter,
    },
    {
      id: `${adapter}-all`,
      label: `${where}, all six, a miss`,
      plan: 'short',
      middleware: 'all',
      adapter,
    },
  ]),
  {
    id: 'all-open',
    label: 'Wintergate, all six, a miss, replies not looked into',
    plan: 'timed',
    middleware: 'all+open',
  },
  ...['hit', 'similar'].flatMap((plan) => [
    {
      id: `cache-${plan}`,
      label: `Wintergate, \`semanticCache()\` alone, ${scenarioNames[plan]}`,
      plan,
      middleware: 'semanticCache',
    },
    {
      id: `all-${plan}`,
      label: `Wintergate, all six, ${scenarioNames[plan]}`,
      plan,
      middleware: 'all',
    },
  ]),
];

export const subjects = [...peersAndBaselines, ...wintergate];

/** Lays out Wintergate's own servers beside the built packages. @returns their paths, for {@link launch} */
export function stageWintergate() {
  const own = (name) => stage(join(here, 'subjects', name));
  own('chain.mjs');
  own('serve-fetch.mjs');
  return { server: own('wintergate.mjs'), worker: own('wintergate-worker.mjs') };
}

/** Whether the subject can be measured there: `node:http` and a package for Node stay on what runs them. */
export function runsOn({ id, middleware, adapter, workerFile }, runtime) {
  // Node's own streams of that kind are slower than any proxy.
  if (id === 'js-pipe' && runtime.startsWith('node')) return false;
  if (runtime === 'workerd')
    return adapter === undefined && (middleware !== undefined || workerFile !== undefined);
  return runtime !== 'deno' || (id !== 'portkey' && id !== 'pipe');
}

/** The subject as it is called there. */
export function namedFor(subject, runtime) {
  const { workerLabel } = subject;
  return runtime === 'workerd' && workerLabel !== undefined
    ? { ...subject, label: workerLabel }
    : subject;
}

/** @returns what `start` needs for this subject on this runtime. */
export async function launch(subject, { runtime, port, upstreamPort, vectorPort, staged }) {
  const env = { PORT: String(port), UPSTREAM_PORT: String(upstreamPort) };
  if (vectorPort !== undefined) env.VECTOR_PORT = String(vectorPort);
  if (subject.middleware !== undefined) {
    env.MIDDLEWARE = subject.middleware;
    if (subject.adapter !== undefined) env.ADAPTER = subject.adapter;
    const file = runtime === 'workerd' ? staged.worker : staged.server;
    return { ...(await commandFor(runtime, { file, env })), env };
  }
  const name = runtime === 'workerd' ? subject.workerFile : subject.file;
  const file =
    subject.id === 'portkey'
      ? join(portkey, 'build/start-server.js')
      : join(here, 'subjects', name);
  const how = await commandFor(runtime, { file, env });
  const more = subject.id === 'portkey' ? [`--port=${port}`, '--headless'] : [];
  return { command: how.command, args: [...how.args, ...more], env };
}
