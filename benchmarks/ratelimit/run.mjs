// `pnpm bench ratelimit [--quick]`: what a limit costs, in memory and as a middleware.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installPeers } from '../e2e/peers.mjs';
import { measureGroups, renderGroup } from '../lib/groups.mjs';
import { machineFacts, revision } from '../lib/machine.mjs';
import { writeSection } from '../lib/results.mjs';
import { stage } from '../lib/stage.mjs';

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { quick: { type: 'boolean', default: false } },
});
const [rounds, ms] = values.quick ? [3, 20] : [9, 60];

await installPeers();
console.log(`ratelimit: about ${values.quick ? 5 : 25} s …`);
const subjects = stage(fileURLToPath(new URL('subjects.mjs', import.meta.url)));
const groups = measureGroups(process.execPath, subjects, { rounds, ms, name: 'ratelimit' });
const markdown = [
  `## Rate limit on Node ${process.versions.node}`,
  `\`pnpm bench ratelimit\` on ${new Date().toISOString().slice(0, 10)}, revision ${revision()}. ${machineFacts()}. Medians of ${rounds} interleaved rounds of about ${ms} ms. The peer answers with promises, and is awaited; ours answers at once.`,
  ...groups.map(renderGroup),
].join('\n\n');
console.log(`\n${markdown}\n`);
if (!values.quick) writeSection('ratelimit', markdown);
