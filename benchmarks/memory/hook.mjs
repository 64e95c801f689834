// Preloaded into a subject: collects garbage and tells what it holds.
const collect = globalThis.Bun === undefined ? globalThis.gc : () => globalThis.Bun.gc(true);

process.on('message', ({ type }) => {
  if (type !== 'memory') return;
  collect();
  collect();
  process.send({ type: 'result', memory: process.memoryUsage() });
});
