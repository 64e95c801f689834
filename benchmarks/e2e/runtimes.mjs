// The runtimes that a subject can be measured on, where they are, and how each is given a file.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const hosts = path('../../test/hosts/node_modules');

const runtimes = {
  node: { name: 'Node', command: process.execPath, args: ({ file }) => [file] },
  node24: {
    name: 'Node',
    command: join(hosts, 'node24-linux-x64/bin/node'),
    args: ({ file }) => [file],
  },
  bun: {
    name: 'Bun',
    command: path('../peers/node_modules/bun/bin/bun.exe'),
    args: ({ file }) => [file],
  },
  deno: {
    name: 'Deno',
    command: join(hosts, 'deno-linux-x64/deno'),
    args: ({ file }) => ['run', '-A', '--quiet', '--cached-only', file],
  },
  workerd: {
    name: 'workerd',
    command: join(hosts, 'workerd-linux-64/bin/workerd'),
    args: workerdArgs,
  },
};

export const runtimeNames = Object.keys(runtimes);
export const bunBinary = runtimes.bun.command;

export function hasRuntime(id) {
  return existsSync(runtimes[id].command);
}

/** Such as `Node 24.21.0`. */
export function versionOf(id) {
  const { name, command } = runtimes[id];
  const text = execFileSync(command, ['--version'], { encoding: 'utf8' });
  return `${name} ${/\d[\d.-]*/.exec(text)[0]}`;
}

/** Command and arguments that serve `file` on this runtime; `env` holds what the file reads. */
export async function commandFor(id, options) {
  const { command, args } = runtimes[id];
  return { command, args: await args(options) };
}

/** A Worker is one file, and its port stands in a configuration beside it. */
async function workerdArgs({ file, env }) {
  const folder = path(`../.cache/workerd/${env.PORT}`);
  mkdirSync(folder, { recursive: true });
  await build({
    entryPoints: [file],
    outfile: join(folder, 'app.mjs'),
    ...{ bundle: true, minify: true, format: 'esm', target: 'es2022', platform: 'neutral' },
    mainFields: ['module', 'main'],
    conditions: ['import'],
    external: ['node:*'],
    define: Object.fromEntries(
      Object.entries(env).map(([name, value]) => [`process.env.${name}`, JSON.stringify(value)]),
    ),
    logLevel: 'error',
  });
  const config = join(folder, 'config.capnp');
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    ( name = "main", worker = .app ),
    ( name = "internet", network = ( allow = ["public", "private"] ) ),
  ],
  sockets = [ ( name = "http", address = "127.0.0.1:${env.PORT}", http = (), service = "main" ) ],
);
const app :Workerd.Worker = (
  modules = [ ( name = "app.mjs", esModule = embed "app.mjs" ) ],
  compatibilityDate = "2026-11-01",
);
`,
  );
  return ['serve', config];
}
