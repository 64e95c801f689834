// Preloaded into a subject: samples its stacks, or what it allocates, between two messages and sends the profile
// back.
import { Session } from 'node:inspector/promises';

const session = new Session();
session.connect();

const samplers = {
  async cpu() {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 200 });
    await session.post('Profiler.start');
    return async () => (await session.post('Profiler.stop')).profile;
  },
  async allocations() {
    await session.post('HeapProfiler.startSampling', {
      samplingInterval: 4096,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    });
    return async () => (await session.post('HeapProfiler.stopSampling')).profile;
  },
};
let finish;

process.on('message', async ({ type, what }) => {
  if (type === 'start') {
    finish = await samplers[what]();
    process.send({ type: 'result' });
  } else if (type === 'stop') {
    process.send({ type: 'result', profile: await finish() });
  }
});
