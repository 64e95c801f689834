// `pnpm bench start [--rounds N]`: from the start of a process to its first answer, bundled, and what importing costs.
import { spawn } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { stageWintergate } from '../e2e/subjects.mjs';
import { machineFacts, revision } from '../lib/machine.mjs';
import { freePort, start, stop } from '../lib/processes.mjs';
import { table, writeSection } from '../lib/results.mjs';
import { median, spread } from '../lib/samples.mjs';
import { stage } from '../lib/stage.mjs';

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { rounds: { type: 'string', default: '15' } },
});
const rounds = Number(values.rounds);
const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const bundles = path('../.cache/start');
mkdirSync(bundles, { recursive: true });

const wintergate = stageWintergate().server;
const imports = stage(path('imports.mjs'));
const subjects = [
  { id: 'hono', label: 'bare Hono, a constant', entry: path('../e2e/subjects/hono-constant.mjs') },
  { id: 'core', label: 'Wintergate, nothing in it', entry: wintergate, middleware: 'none' },
  { id: 'all', label: 'Wintergate, all six', entry: wintergate, middleware: 'all' },
];

for (const subject of subjects) {
  subject.bundle = join(bundles, `${subject.id}.mjs`);
  await build({
    entryPoints: [subject.entry],
    outfile: subject.bundle,
    ...{ bundle: true, minify: true, format: 'esm', platform: 'node', target: 'node20' },
    // undici and @hono/node-server are CommonJS inside.
    banner: {
      js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);",
    },
    logLevel: 'error',
  });
}

const upstreamPort = await freePort();
const env = { PORT: String(upstreamPort) };
const upstream = await start({ args: [path('../lib/upstream.mjs')], env });
const times = new Map(subjects.map(({ id }) => [id, []]));
try {
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? subjects : [...subjects].reverse();
    for (const subject of order) times.get(subject.id).push(await firstAnswer(subject));
    console.log(`round ${round + 1}/${rounds}`);
  }
} finally {
  await stop(upstream);
}
const importing = [];
for (let round = 0; round < rounds; round++) importing.push(await importTime());

const base = median(times.get('hono'));
const rows = subjects.map(({ id, label, bundle }) => {
  const all = times.get(id);
  return [
    label,
    `${median(all).toFixed(0)} ±${Math.round(spread(all) * 100)} %`,
    (median(all) / base).toFixed(2),
    (statSync(bundle).size / 1024).toFixed(0),
  ];
});
const markdown = [
  `## Start on Node ${process.versions.node}`,
  `\`pnpm bench start\` on ${new Date().toISOString().slice(0, 10)}, revision ${revision()}. ${machineFacts()}. ${rounds} alternating rounds, fresh processes, each a single bundled and minified file; medians, ± the distance between slowest and fastest.`,
  table(['process to first answer', 'ms', '÷ Hono', 'bundle kB'], rows),
  `Importing all six, core and providers from a bundle, in a process that runs already and has loaded the host's own fetch: ${median(importing).toFixed(1)} ms (±${Math.round(spread(importing) * 100)} %).`,
].join('\n\n');
console.log(`\n${markdown}\n`);
if (rounds >= 5) writeSection('start', markdown);

/** Milliseconds from the spawn to the last byte of the first answer. */
async function firstAnswer({ bundle, middleware }) {
  const port = await freePort();
  const own = { PORT: String(port), UPSTREAM_PORT: String(upstreamPort) };
  const started = performance.now();
  const child = spawn(process.execPath, [bundle], {
    env: { ...process.env, NODE_ENV: 'production', ...own, MIDDLEWARE: middleware ?? '' },
    stdio: 'ignore',
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  try {
    while (performance.now() - started < 20_000) {
      if (await call(port)) return performance.now() - started;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    throw new Error(`${bundle} did not answer in 20 s`);
  } finally {
    child.kill('SIGKILL');
    await gone;
  }
}

function call(port) {
  const body = JSON.stringify({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: 'Hi' }],
  });
  return new Promise((resolve) => {
    const asked = request(
      {
        ...{ host: '127.0.0.1', port, path: '/v1/chat/completions', method: 'POST' },
        headers: {
          'content-type': 'application/json',
          'content-length': body.length,
          authorization: 'Bearer sk-benchmark',
        },
      },
      (reply) => {
        reply.resume();
        reply.on('end', () => resolve(reply.statusCode === 200));
      },
    );
    asked.on('error', () => resolve(false));
    asked.end(body);
  });
}

/** Milliseconds that importing takes, told by a fresh process. */
async function importTime() {
  const bundle = join(bundles, 'imports.mjs');
  if (importing.length === 0) {
    await build({
      entryPoints: [imports],
      outfile: bundle,
      ...{ bundle: true, minify: true, format: 'esm', platform: 'node', target: 'node20' },
      banner: {
        js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);",
      },
      logLevel: 'error',
    });
  }
  // The host loads its own fetch when its classes are first named: whatever names them pays for that.
  const code = `Request; Response; Headers; const t = performance.now(); await import(${JSON.stringify(bundle)}); console.log(performance.now() - t);`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', code]);
    let text = '';
    child.stdout.on('data', (data) => (text += data));
    child.once('exit', (status) =>
      status === 0 ? resolve(Number(text)) : reject(new Error(`Importing failed: ${status}`)),
    );
  });
}
