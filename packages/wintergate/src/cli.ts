#!/usr/bin/env node
import { tuneNode } from '@wintergate/core/node';
import { runCacheCommand } from './lib/cache-command/run.ts';
import { runCli } from './lib/run-cli.ts';

// Who reads our lines may stop (`| head`): the gateway goes on.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

const [command, ...rest] = process.argv.slice(2);
const environment = process.env;
const out = (line: string): void => void process.stdout.write(`${line}\n`);
const error = (line: string): void => void process.stderr.write(`${line}\n`);

if (command === 'cache') {
  const { isTTY } = process.stdout;
  const terminal = isTTY ? (text: string) => void process.stdout.write(text) : undefined;
  process.exitCode = await runCacheCommand(rest, { environment, out, error, terminal, fetch });
} else if (command === undefined) {
  tuneNode();
  process.exitCode = await runCli({
    environment,
    out,
    error,
    onSignal: (listener) => {
      process.on('SIGINT', listener);
      process.on('SIGTERM', listener);
    },
    exit: (code) => process.exit(code),
  });
} else {
  const help = command === '--help' || command === '-h' || command === 'help';
  (help ? out : error)(
    `${help ? '' : `wintergate: there is no "${command}"\n`}wintergate starts the gateway (its settings are environment variables, see the README); wintergate cache --help says what can be done with the cache of one that runs`,
  );
  process.exitCode = help ? 0 : 2;
}
