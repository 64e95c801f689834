// `pnpm start`: installs what the gateway needs, bundles it when its sources changed, and runs it.
import { pathToFileURL } from 'node:url';
import { bundleCli } from './lib/bundle.mjs';
import { installForStart } from './lib/install.mjs';
import { endWithNpx } from './lib/parents.mjs';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 11)) {
  console.error(`Wintergate needs Node 20.11 or newer: this is ${process.version}`);
  process.exit(1);
}

let cli;
try {
  await installForStart();
  cli = await bundleCli();
} catch (error) {
  console.error(`Cannot start: ${error.message}`);
  process.exit(1);
}

endWithNpx();
// In this process, not a child: signals, the terminal and the exit code are the gateway's own.
const given = process.argv.slice(2);
process.argv = [process.execPath, cli, ...(given[0] === '--' ? given.slice(1) : given)];
await import(pathToFileURL(cli).href);
