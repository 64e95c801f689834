// `pnpm bench wire [--quick]`: what reading, assembling and translating streams costs beside JSON.parse.
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureGroups, renderGroup } from '../lib/groups.mjs';
import { machineFacts, revision } from '../lib/machine.mjs';
import { writeSection } from '../lib/results.mjs';
import { stage } from '../lib/stage.mjs';

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { quick: { type: 'boolean', default: false } },
});
const [rounds, ms] = values.quick ? [3, 20] : [9, 60];
const subjects = stage(fileURLToPath(new URL('subjects.mjs', import.meta.url)));

console.log(`wire: about ${values.quick ? 10 : 40} s …`);
const groups = measureGroups(process.execPath, subjects, { rounds, ms, name: 'wire' });
const markdown = [
  `## Wire: streams on Node ${process.versions.node}`,
  `\`pnpm bench wire\` on ${new Date().toISOString().slice(0, 10)}, revision ${revision()}. ${machineFacts()}. Medians of ${rounds} interleaved rounds of about ${ms} ms. The baseline decodes the bytes, cuts them into lines and parses those that hold data, and finds nothing; the second line has text and lines before it begins. All others begin with bytes.`,
  ...groups.map(renderGroup),
].join('\n\n');
console.log(`\n${markdown}\n`);
if (!values.quick) writeSection('wire', markdown);
