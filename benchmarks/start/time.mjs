// How long a fresh process takes until it has answered, or has imported.
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandFor } from '../e2e/runtimes.mjs';

const patience = 20_000;

/** Milliseconds from the spawn to the last byte of the first answer. */
export async function firstAnswer({ command, args, env, port }) {
  const started = performance.now();
  const child = spawn(command, args, {
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: 'ignore',
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  try {
    while (performance.now() - started < patience && child.exitCode === null) {
      if (await call(port)) return performance.now() - started;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    throw new Error(`"${command} ${args.join(' ')}" did not answer in ${patience / 1000} s`);
  } finally {
    child.kill('SIGKILL');
    await gone;
  }
}

const body = JSON.stringify({
  model: 'gpt-4o-mini',
  messages: [{ role: 'user', content: 'Hi' }],
});

/** @returns whether it was answered. */
function call(port) {
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

/** Milliseconds that importing a bundle takes in a fresh process, told by itself. */
export async function importTime(runtime, bundle) {
  const folder = fileURLToPath(new URL('../.cache/start', import.meta.url));
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'timed-import.mjs');
  // A host may load its own fetch when its classes are first named: whatever names them pays for that.
  writeFileSync(
    file,
    `Request; Response; Headers;
const from = performance.now();
await import(${JSON.stringify(bundle)});
console.log(performance.now() - from);
`,
  );
  const { command, args } = await commandFor(runtime, { file, env: {} });
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (data) => (text += data));
    child.once('close', (status) =>
      status === 0 ? resolve(Number(text)) : reject(new Error(`Importing failed: ${status}`)),
    );
  });
}
