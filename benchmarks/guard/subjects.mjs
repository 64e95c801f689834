// What is measured: the middleware itself, called as a host calls it, with an upstream that answers at once.
import { compose, createContext, createReply, replySource, toHandler } from '@wintergate/core';
import { promptGuard } from '@wintergate/prompt-guard';
import { readCall } from '@wintergate/wire';

const url = 'https://gateway.test/v1/chat/completions';
const headers = { 'content-type': 'application/json' };
/** What is measured is reading, not knowing a text again. */
const afresh = { rememberCharacters: 0 };
const off = { secrets: 'allow', email: 'allow', card: 'allow', iban: 'allow' };

/** Judges a text by the injection rules alone: answers `allow`, `flag` or `block`. */
export function createJudge() {
  let verdict;
  const end = () => createReply({ headers, body: '{}' });
  const handler = toHandler(promptGuard({ ...off, ...afresh, inspectCharacters: 1_000_000 }), end, {
    onEvent: (event) => {
      if (event.type === 'guard-verdict' && event.phase === 'request') verdict = event.verdict;
    },
  });
  return async (text, role) => {
    const response = await handler(
      createRequest(role === 'tool' ? toolTurns(text) : userTurn(text)),
    );
    await response.text();
    return verdict;
  };
}

/** Inspects a text in full, with everything on, and changes nothing. */
export function createInspect() {
  const end = () => createReply({ headers, body: '{}' });
  const options = { ...afresh, mode: 'shadow', email: 'redact', inspectCharacters: 10_000_000 };
  const handler = toHandler(
    promptGuard({ ...options, deny: ['falcon', 'ignore everything'] }),
    end,
  );
  return async (text) => (await handler(createRequest(userTurn(text)))).text();
}

/** The same chain with and without the guard, each once a call. */
export function createSubjects({ text, stream }) {
  const body = stream === undefined ? JSON.stringify(reply(text)) : stream;
  const type = stream === undefined ? 'application/json' : 'text/event-stream';
  const end = () => createReply({ headers: { 'content-type': type }, body });
  // What reading the call costs is not the guard's: every middleware shares it.
  const reading = async (request, next, context) => {
    if (context !== undefined) await readCall(request, context);
    return next();
  };
  const request = { model: 'm', ...userTurn(text), stream: stream !== undefined };
  const run = (middleware) => {
    const handler = toHandler(compose(...middleware), end);
    return async () => (await handler(createRequest(request))).text();
  };
  return [
    { name: 'without', run: run([reading]) },
    { name: 'default options', run: run([promptGuard(afresh)]) },
    { name: 'e-mail redacted too', run: run([promptGuard({ ...afresh, email: 'redact' })]) },
    { name: 'default options, a text known from before', run: run([promptGuard()]) },
  ];
}

/**
 * How many characters of a streamed reply wait in the guard after each piece.
 *
 * @param toEvent one piece of text as the bytes of its event.
 * @returns the numbers, one a piece.
 */
export async function measureHeld(options, pieces, toEvent) {
  let sink;
  const body = { start: (given) => (sink = given), pause() {}, resume() {}, cancel() {} };
  const request = createRequest({ ...userTurn('Hello'), stream: true });
  const end = () => createReply({ headers: { 'content-type': 'text/event-stream' }, body });
  const response = await promptGuard(options)(request, end, createContext(request));
  let shown = 0;
  const utf8 = new TextDecoder();
  replySource(response).start({
    write(bytes) {
      for (const [, content] of utf8.decode(bytes).matchAll(/"content":("(?:[^"\\]|\\.)*")/g))
        shown += JSON.parse(content).length;
    },
    end() {},
    fail(error) {
      throw error;
    },
  });
  let sent = 0;
  return pieces.map((piece) => {
    sent += piece.length;
    sink.write(toEvent(piece));
    return sent - shown;
  });
}

function createRequest(body) {
  return new Request(url, {
    method: 'POST',
    headers,
    body: JSON.stringify({ model: 'm', ...body }),
  });
}

function userTurn(text) {
  return { messages: [{ role: 'user', content: text }] };
}

function toolTurns(text) {
  const call = { id: 't', type: 'function', function: { name: 'read', arguments: '{}' } };
  return {
    messages: [
      { role: 'user', content: 'Read it' },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 't', content: text },
    ],
  };
}

function reply(content) {
  const choice = { index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' };
  return { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [choice] };
}
