// Preloaded into a subject: samples its stacks between two messages and sends the profile back.
import { Session } from 'node:inspector/promises';

const session = new Session();
session.connect();

process.on('message', async ({ type }) => {
  if (type === 'start') {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 200 });
    await session.post('Profiler.start');
    process.send({ type: 'result' });
  } else if (type === 'stop') {
    const { profile } = await session.post('Profiler.stop');
    process.send({ type: 'result', profile });
  }
});
