// `pnpm build [name …] [--force]`: builds `dist` with types, dependencies first, only what changed.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildPackages } from './lib/build.mjs';
import { installAllOrExit } from './lib/install.mjs';
import { repository } from './lib/workspace.mjs';

const given = process.argv.slice(2);
const names = given.filter((argument) => !argument.startsWith('--'));
if (!existsSync(join(repository, 'node_modules/typescript'))) await installAllOrExit();
const ok = await buildPackages({ names, force: given.includes('--force') });
process.exitCode = ok ? 0 : 1;
