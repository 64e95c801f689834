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
  if (subject.plan === 'template') return checkTemplate(subject, send, upstream, seed);
  const json = createBodies(isHit ? 'same' : 'json', seed);
  const first = await send(json);
  checkJson(first, subject);
  if (isHit) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = await countOf(upstream);
    const again = await send(subject.plan === 'similar' ? createBodies('similar', seed) : json);
    checkJson(again, subject);
    expect((await countOf(upstream)) === before, 'The repeated call reached the upstream');
    return { json: again.bytes.length };
  }
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
