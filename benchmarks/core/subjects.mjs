// What core itself costs: the onion, the SSE decoder, the pump. Each group has its baseline first; every
// subject says what it computed, and the runner compares that before it measures.
import {
  addReplyStage,
  compose,
  createContext,
  createReply,
  createSseDecoder,
  defineMiddleware,
  replySource,
  toHandler,
} from '@wintergate/core';

/** @param events the encoded events of one stream. */
export function createGroups(events) {
  const encoder = new TextEncoder();
  const chunks = events.map((event) => encoder.encode(event));
  const whole = encoder.encode(events.join(''));
  return [
    { title: 'A call through the onion', unit: 'ns', subjects: onion() },
    {
      title: 'One 64-event stream through the SSE decoder',
      unit: 'µs',
      bytes: whole.length,
      subjects: decoding(whole, chunks),
    },
    {
      title: 'One 64-event stream, 64 chunks, from source to sink',
      unit: 'µs',
      subjects: pumping(chunks, whole.length),
    },
  ];
}

function onion() {
  const request = new Request('http://127.0.0.1/v1/models');
  const context = createContext(request);
  const reply = createReply({ status: 204 });
  const end = () => reply;
  const plain = (layers) =>
    Array.from({ length: layers }).reduce(
      (next) => async () => await next(),
      async () => end(),
    );
  const layer = () =>
    defineMiddleware(undefined, async function layer(_request, next) {
      return next();
    });
  const composed = (layers) => {
    const chain = compose(...Array.from({ length: layers }, layer));
    const last = Object.assign(async () => reply, {
      [Symbol.for('@wintergate/core/memo-aware')]: true,
    });
    return async () => (await chain(request, last, context)).status;
  };
  const handler = toHandler(compose(), end);
  return [
    { name: 'six plain async functions', run: async () => (await plainSix()).status },
    { name: 'compose() of one', run: composed(1) },
    { name: 'compose() of six', run: composed(6) },
    { name: '`toHandler()` with nothing in it', run: async () => (await handler(request)).status },
  ];
  function plainSix() {
    return (plainSix.chain ??= plain(6))();
  }
}

function decoding(whole, chunks) {
  const text = new TextDecoder();
  const decode = (parts) => () => {
    const decoder = createSseDecoder();
    let count = 0;
    for (const part of parts) count += decoder.push(part).length;
    return count;
  };
  const halves = chunks.flatMap((chunk) => [chunk.subarray(0, 40), chunk.subarray(40)]);
  return [
    {
      name: 'TextDecoder and split (not a decoder)',
      run: () => text.decode(whole).split('\n\n').length - 1,
    },
    { name: 'one chunk', run: decode([whole]) },
    { name: 'a chunk an event', run: decode(chunks) },
    { name: 'two chunks an event', run: decode(halves) },
  ];
}

function pumping(chunks, size) {
  const request = new Request('http://127.0.0.1/v1/chat/completions');
  const context = createContext(request);
  const headers = { 'content-type': 'text/event-stream' };
  const drain = (source) => {
    let bytes = 0;
    source.start({ write: (chunk) => (bytes += chunk.length), end() {}, fail() {} });
    return bytes;
  };
  const reply = () => createReply({ headers, body: createSource(chunks) });
  const staged =
    (...stages) =>
    () => {
      let response = reply();
      for (const stage of stages) response = addReplyStage(response, stage, context);
      return drain(replySource(response));
    };
  const watch = { name: 'watch', event() {} };
  const read = { name: 'read', event: (event) => event.json() };
  const pass = { name: 'pass', transform: true, event: (event, out) => out.event(event) };
  return [
    { name: 'no pump', run: () => drain(createSource(chunks)) },
    { name: 'pump, no stage', run: staged() },
    { name: 'one stage that watches', run: staged(watch) },
    { name: 'six stages that watch', run: staged(watch, watch, watch, watch, watch, watch) },
    { name: 'one stage that reads JSON', run: staged(read) },
    { name: 'three that read JSON', run: staged(read, read, read) },
    { name: 'one stage that passes events on', run: staged(pass) },
    { name: 'for comparison: one TransformStream', run: () => throughTransform(chunks) },
    {
      name: 'for comparison: `response.arrayBuffer()`',
      run: async () => (await reply().arrayBuffer()).byteLength,
    },
  ].map((subject) => ({ ...subject, expected: size }));
}

function createSource(chunks) {
  return {
    start(sink) {
      for (const chunk of chunks) sink.write(chunk);
      sink.end();
    },
    pause() {},
    resume() {},
    cancel() {},
  };
}

async function throughTransform(chunks) {
  let bytes = 0;
  const stream = ReadableStream.from(chunks).pipeThrough(new TransformStream());
  for await (const chunk of stream) bytes += chunk.length;
  return bytes;
}
