// Nobody is timed who does not answer correctly: the JSON reply, all 64 events in order, `[DONE]`, a stream
// that is not held back, and (for a hit) an upstream that is not called again.
import { isDeepStrictEqual } from 'node:util';
import { createBodies, jsonReply, readTimes, sseEvents, timedWords } from '../lib/messages.mjs';
import { ask } from '../lib/processes.mjs';

const expectedEvents = sseEvents.map((event) => event.slice('data: '.length).trimEnd());
/** Of the upstream's pause of 100 ms after the first word, what must be left at the caller. */
const leastPause = 50;

/** @returns the body lengths of this subject's correct replies: `{ json, stream, paced, timed }`, or of those it is asked. */
export async function check(subject, { port, upstreamPort, upstream, seed }) {
  const send = async (makeBody) => post(port, upstreamPort, makeBody());
  const isHit = subject.plan === 'hit' || subject.plan === 'similar';
  if (isHit) return checkHit(subject, send, upstream, seed);
  if (subject.plan === 'template') return checkTemplate(subject, send, upstream, seed);
  const first = await send(createBodies('json', seed));
  checkJson(first, subject);
  const stream = await send(createBodies('stream', seed));
  checkStream(stream, subject);
  const paced = await send(createBodies('paced', seed));
  checkStream(paced, subject);
  const pause = paced.endedAt - paced.firstByteAt;
  expect(pause > leastPause, `The first event arrived ${pause.toFixed(0)} ms before the end`);
  const timed = await send(createBodies('timed', seed));
  const words = readTimes(timed.bytes).length;
  expect(words === timedWords, `${words} of ${timedWords} words of a timed stream arrived`);
  return {
    json: first.bytes.length,
    stream: stream.bytes.length,
    paced: paced.bytes.length,
    timed: timed.bytes.length,
  };
}

/** The second of two calls is answered without the upstream; a stream is a replay of what was streamed before. */
async function checkHit(subject, send, upstream, seed) {
  const { plan, streams = true } = subject;
  const stored = () => new Promise((resolve) => setTimeout(resolve, 100));
  async function again(kind) {
    const before = await countOf(upstream);
    const reply = await send(createBodies(kind, seed));
    expect((await countOf(upstream)) === before, 'The repeated call reached the upstream');
    return reply;
  }
  const lengths = {};
  if (plan === 'hit' && streams) {
    await send(createBodies('same-stream', seed));
    await stored();
    const { status, type, bytes } = await again('same-stream');
    const text = bytes.toString();
    expect(status === 200, `Status ${status} of a replay: ${text.slice(0, 300)}`);
    expect(type.startsWith('text/event-stream'), `Type "${type}" of a replay`);
    checkReplay(text);
    lengths['same-stream'] = bytes.length;
  }
  checkJson(await send(createBodies('same', seed)), subject);
  await stored();
  const kind = plan === 'hit' ? 'same' : plan;
  const reply = await again(kind);
  checkJson(reply, subject);
  return { ...lengths, [kind]: reply.bytes.length };
}

/** The events of the replay, whatever the order and number of their fields. */
function checkReplay(text) {
  const read = (stream) => {
    const events = stream.split('\n\n').filter((block) => block.startsWith('data: {'));
    const bodies = events.map((block) => JSON.parse(block.slice('data: '.length)));
    const choices = bodies.flatMap((body) => body.choices);
    return {
      // The first may be empty, and only say whose they are.
      pieces: choices.filter(({ delta }) => delta.content).length,
      text: choices.map(({ delta }) => delta.content ?? '').join(''),
      finish: choices.at(-1)?.finish_reason,
      usage: bodies.at(-1)?.usage,
      done: stream.endsWith('data: [DONE]\n\n'),
    };
  };
  expect(isDeepStrictEqual(read(text), read(sseEvents.join(''))), `Wrong replay: ${text}`);
}

/** Another prompt of the same template is another question. */
async function checkTemplate(subject, send, upstream, seed) {
  const template = createBodies('template', seed);
  const before = await countOf(upstream);
  const replies = [await send(template), await send(template)];
  for (const reply of replies) checkJson(reply, subject);
  expect((await countOf(upstream)) === before + 2, 'One prompt of a template answered another');
  return { template: replies[0].bytes.length };
}

export async function countOf(upstream) {
  return (await ask(upstream, { type: 'count' })).answered;
}

async function post(port, upstreamPort, body) {
  const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: 'Bearer sk-benchmark',
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `http://127.0.0.1:${upstreamPort}/v1`,
    },
    body,
    signal: AbortSignal.timeout(10_000),
  });
  let firstByteAt = 0;
  const parts = [];
  for await (const part of response.body) {
    firstByteAt ||= performance.now();
    parts.push(part);
  }
  const bytes = Buffer.concat(parts);
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, type, bytes, firstByteAt, endedAt: performance.now() };
}

function checkJson({ status, type, bytes }, { exact = true }) {
  const text = bytes.toString();
  expect(status === 200, `Status ${status}: ${text.slice(0, 300)}`);
  expect(type.startsWith('application/json'), `Type "${type}" of a JSON reply`);
  expect(!exact || text === jsonReply, `Altered JSON reply: ${text.slice(0, 300)}`);
  expect(contains(JSON.parse(text), JSON.parse(jsonReply)), `Wrong JSON reply: ${text}`);
}

function checkStream({ status, type, bytes }, { exact = true }) {
  const text = bytes.toString();
  expect(status === 200, `Status ${status} of a stream: ${text.slice(0, 300)}`);
  expect(type.startsWith('text/event-stream'), `Type "${type}" of a stream`);
  expect(!exact || text === sseEvents.join(''), `Altered stream: ${text.slice(0, 300)}`);
  const events = text.split(/\r?\n\r?\n/).filter((block) => block.startsWith('data:'));
  const data = events.map((block) => block.slice('data:'.length).trim());
  expect(data.length === expectedEvents.length, `${data.length} events instead of 64`);
  data.forEach((value, index) => {
    const wanted = expectedEvents[index];
    const same = value === wanted || contains(JSON.parse(value), JSON.parse(wanted));
    expect(same, `Event ${index} is ${value.slice(0, 300)}`);
  });
}

/** Whether everything in `wanted` stands in `value`; additions are allowed. */
function contains(value, wanted) {
  if (Array.isArray(wanted)) {
    return (
      value?.length === wanted.length && wanted.every((it, index) => contains(value[index], it))
    );
  }
  if (typeof wanted !== 'object' || wanted === null) return isDeepStrictEqual(value, wanted);
  return Object.entries(wanted).every(([key, it]) => contains(value?.[key], it));
}

function expect(condition, message) {
  if (!condition) throw new Error(message);
}
