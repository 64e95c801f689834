#!/usr/bin/env node
import { runCli } from './lib/run-cli.ts';

// Who reads our lines may stop (`| head`): the gateway goes on.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

process.exitCode = await runCli({
  environment: process.env,
  out: (line) => void process.stdout.write(`${line}\n`),
  error: (line) => void process.stderr.write(`${line}\n`),
  onSignal: (listener) => {
    process.on('SIGINT', listener);
    process.on('SIGTERM', listener);
  },
  exit: (code) => process.exit(code),
});
