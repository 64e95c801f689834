// One bundled and minified file of each subject, as it is deployed.
import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { commandFor } from '../e2e/runtimes.mjs';
import { stageWintergate, subjects } from '../e2e/subjects.mjs';
import { freePort } from '../lib/processes.mjs';
import { stage } from '../lib/stage.mjs';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const folder = path('../.cache/start');
mkdirSync(folder, { recursive: true });
const staged = stageWintergate();
export const importsBundle = await bundle('imports', stage(path('imports.mjs')));
// What its other hosts would load, and this one never does.
const otherHosts = ['hono', '@hono/node-server', '@wintergate/core/hono', '@wintergate/core/fetch'];
const server = await bundle('wintergate', staged.server, otherHosts);
const constant = await bundle('hono', path('../e2e/subjects/hono-constant.mjs'));
const constantWorker = path('../e2e/subjects/constant-app.mjs');
const names = { 'hono-constant': 'bare Hono, a constant' };

/** @returns the subjects, each with the command that starts it there, its `env`, `port`, and the `bytes` that it loads. */
export function startable(runtime, upstreamPort) {
  const wanted = ['hono-constant', 'core', 'all'].map((id) => subjects.find((it) => it.id === id));
  return Promise.all(
    wanted.map(async ({ id, label, middleware }) => {
      const port = await freePort();
      const env = { PORT: String(port), UPSTREAM_PORT: String(upstreamPort) };
      if (middleware !== undefined) env.MIDDLEWARE = middleware;
      const own = middleware === undefined ? [constant, constantWorker] : [server, staged.worker];
      const file = own[runtime === 'workerd' ? 1 : 0];
      const { command, args } = await commandFor(runtime, { file, env });
      const loaded = runtime === 'workerd' ? join(dirname(args.at(-1)), 'app.mjs') : file;
      const name = names[id] ?? label.replace(', a miss', '');
      return { id, label: name, command, args, env, port, bytes: statSync(loaded).size };
    }),
  );
}

/** For what takes Node's modules; a Worker is bundled with the variables that it is started with. */
async function bundle(name, entry, external = []) {
  const outfile = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [entry],
    outfile,
    external,
    ...{ bundle: true, minify: true, format: 'esm', platform: 'node', target: 'node20' },
    // undici and @hono/node-server are CommonJS inside.
    banner: {
      js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);",
    },
    logLevel: 'error',
  });
  return outfile;
}
