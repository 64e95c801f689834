// Runs in the runtime that is measured: `measure-groups.mjs SUBJECTS EVENTS ROUNDS MS`. Prints one JSON line.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const [subjectsPath, eventsPath, rounds, ms] = process.argv.slice(2);
const { createGroups } = await import(pathToFileURL(subjectsPath).href);
const groups = createGroups(JSON.parse(readFileSync(eventsPath, 'utf8')));

for (const { title, subjects } of groups) {
  const answers = [];
  for (const { run } of subjects) answers.push(await run());
  answers.forEach((answer, index) => {
    const wanted = subjects[index].expected ?? subjects[0].expected ?? answers[0];
    if (answer !== wanted && !title.includes('onion'))
      throw new Error(`"${subjects[index].name}" answers ${answer} instead of ${wanted}`);
  });
}

const results = [];
for (const { title, unit, bytes, events, subjects } of groups) {
  const counts = [];
  for (const { run } of subjects) counts.push(await calibrate(run));
  const times = subjects.map(() => []);
  // Interleaved, so that a slow moment of the machine meets all alike.
  for (let round = 0; round < Number(rounds); round++) {
    for (const [index, { run }] of subjects.entries())
      times[index].push(await time(run, counts[index]));
  }
  results.push({ title, unit, bytes, events, names: subjects.map((it) => it.name), times });
}
console.log(JSON.stringify(results));

/** How many calls take about `ms`, found with compiled code. */
async function calibrate(run) {
  let count = 16;
  for (let took = 0; took < Number(ms); count *= 2) took = (await time(run, count)) * count * 1000;
  return count / 2;
}

/** Seconds a call. A synchronous subject is not awaited: a turn of the microtask queue would be its cost. */
async function time(run, count) {
  const started = performance.now();
  for (let index = 0; index < count; index++) {
    const result = run();
    if (typeof result === 'object') await result;
  }
  return (performance.now() - started) / 1000 / count;
}
