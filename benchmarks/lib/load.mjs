// The load generator, a process of its own: takes one job at a time over IPC and answers with numbers.
//
// `closed`: every connection sends its next request when the last is answered (throughput at saturation).
// `open`: requests become due at random moments of a fixed mean rate, whether or not earlier ones are
// answered; one that finds no idle connection waits, and its wait counts (no coordinated omission).
import { Connection } from './connection.mjs';
import { createBodies, monotonic, readTimes } from './messages.mjs';
import { createSamples } from './samples.mjs';

const maxOpenConnections = 256;

process.on('message', async (job) => {
  try {
    process.send({ type: 'result', result: await run(job) });
  } catch (error) {
    process.send({ type: 'failed', message: error.message });
  }
});
process.send({ type: 'ready' });
// Never outlives the runner.
process.on('disconnect', () => process.exit());

/**
 * @param job `port`, `upstreamPort` (which Portkey wants in a header), `kind` (see createBodies), `seed`, `mode`, `connections` or `rate`, `warmMs`, `ms`, and
 *   `bodyBytes`, the length of a correct reply's body.
 * @returns `perSecond`, `sent`, and summaries of `latency` and `firstByte` in milliseconds; of a timed stream also
 *   of `firstWord` and `laterWord`, how long each was on its way from the upstream.
 */
function run(job) {
  const makeBody = createBodies(job.kind, job.seed, job.size);
  const head = requestHead(job, makeBody().length);
  const state = {
    job,
    connections: [],
    latency: createSamples(),
    firstByte: createSamples(),
    firstWord: createSamples(),
    laterWord: createSamples(),
    done: 0,
    sent: 0,
    answered: 0,
    waiting: [],
    from: performance.now() + job.warmMs,
    until: performance.now() + job.warmMs + job.ms,
    request: () => {
      state.sent++;
      return head + makeBody();
    },
  };
  return new Promise((resolve, reject) => {
    state.failed = (error) => finish(state, () => reject(error));
    state.finished = () => {
      const open = job.mode === 'open' ? state.sent - state.answered + state.waiting.length : 0;
      if (open > 0) state.failed(new Error(`${open} requests unanswered a second after the end`));
      else finish(state, () => resolve(summary(state)));
    };
    if (job.mode === 'closed') runClosed(state);
    else runOpen(state);
  });
}

function requestHead({ port, upstreamPort }, length) {
  const lines = [
    'POST /v1/chat/completions HTTP/1.1',
    `host: 127.0.0.1:${port}`,
    'authorization: Bearer sk-benchmark',
    'x-portkey-provider: openai',
    `x-portkey-custom-host: http://127.0.0.1:${upstreamPort}/v1`,
    'user-agent: wintergate-benchmark',
    'accept: */*',
    'content-type: application/json',
    `content-length: ${length}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function runClosed(state) {
  const send = (connection) => connection.send(state.request(), performance.now());
  const done = (connection) => {
    if (record(state, connection)) send(connection);
  };
  const listener = { done, failed: state.failed };
  for (let index = 0; index < state.job.connections; index++) {
    const connection = new Connection(state.job.port, listener);
    state.connections.push(connection);
    send(connection);
  }
}

function runOpen(state) {
  const { waiting } = state;
  const idle = [];
  const done = (connection) => {
    if (!record(state, connection)) return;
    const due = waiting.shift();
    if (due === undefined) idle.push(connection);
    else connection.send(state.request(), due);
  };
  const data =
    state.job.kind === 'timed' ? (bytes, it) => recordWords(state, bytes, it) : undefined;
  const listener = { done, failed: state.failed, data };
  const send = (due) => {
    let connection = idle.pop();
    if (connection === undefined) {
      if (state.connections.length >= maxOpenConnections) {
        waiting.push(due);
        return;
      }
      connection = new Connection(state.job.port, listener);
      state.connections.push(connection);
    }
    // The timer's own delay, up to a millisecond, is not the subject's: it starts the clock when it sends.
    connection.send(state.request(), performance.now());
  };
  const gap = createGaps(state.job);
  let due = performance.now() + gap();
  const tick = () => {
    const now = performance.now();
    for (; due <= now && due < state.until; due += gap()) send(due);
    const over = now >= state.until && (state.sent === state.answered || now > state.until + 1000);
    if (over) state.finished();
    else state.timer = setTimeout(tick, 1);
  };
  tick();
}

/** Exponential gaps (a Poisson process) from a seed, so that every subject sees the same arrivals. */
function createGaps({ rate, seed }) {
  let value = seed >>> 0 || 1;
  return () => {
    value ^= value << 13;
    value ^= value >>> 17;
    value ^= value << 5;
    return (-Math.log(1 - (value >>> 0) / 4294967297) * 1000) / rate;
  };
}

function recordWords(state, bytes, connection) {
  const now = monotonic();
  for (const sent of readTimes(bytes)) {
    const samples = connection.words === 0 ? state.firstWord : state.laterWord;
    connection.words++;
    samples.add((now - sent) / 1000);
  }
}

/** @returns whether to go on. */
function record(state, connection) {
  const now = performance.now();
  const { job } = state;
  state.answered++;
  if (connection.status !== 200 || connection.bodyBytes !== job.bodyBytes) {
    state.failed(new Error(`Got status ${connection.status}, ${connection.bodyBytes} bytes`));
    return false;
  }
  const measured = job.mode === 'open' ? connection.startedAt : now;
  if (measured >= state.from && measured < state.until) {
    state.done++;
    state.latency.add(now - connection.startedAt);
    state.firstByte.add(connection.firstByteAt - connection.startedAt);
  }
  if (now < state.until || job.mode === 'open') return true;
  state.finished();
  return false;
}

function finish(state, settle) {
  clearTimeout(state.timer);
  for (const connection of state.connections) connection.close();
  settle();
}

function summary({ job, done, sent, latency, firstByte, firstWord, laterWord }) {
  return {
    perSecond: (done * 1000) / job.ms,
    sent,
    latency: latency.summary(),
    firstByte: firstByte.summary(),
    firstWord: firstWord.summary(),
    laterWord: laterWord.summary(),
  };
}
