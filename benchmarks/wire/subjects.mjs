// What wire costs beside JSON.parse of the same bytes: looking at a stream that passes, decoding,
// assembling and translating it, in each format that callers speak. Every subject says what it found.
import { createSseDecoder } from '@wintergate/core';
import { openaiChat } from '@wintergate/wire';
import { anthropicMessages } from '@wintergate/wire/anthropic';
import { googleGenerate } from '@wintergate/wire/google';
import { openaiResponses } from '@wintergate/wire/openai-responses';

const url = new URL('http://gateway.test/v1/chat/completions');
const messages = [{ role: 'user', content: 'Tell me about gardens.' }];
const body = { model: 'm', stream: true, stream_options: { include_usage: true }, messages };
const chatCall = openaiChat.readCall(body, 'chat', url);
const formats = {
  'OpenAI chat': [openaiChat, chatCall],
  'OpenAI Responses': [
    openaiResponses,
    openaiResponses.readCall(
      { model: 'm', stream: true, input: 'Tell me about gardens.' },
      'chat',
      new URL('http://gateway.test/v1/responses'),
    ),
  ],
  'Anthropic Messages': [
    anthropicMessages,
    anthropicMessages.readCall(
      { model: 'm', stream: true, max_tokens: 500, messages },
      'chat',
      new URL('http://gateway.test/v1/messages'),
    ),
  ],
  'Google generateContent': [
    googleGenerate,
    googleGenerate.readCall(
      { contents: [{ role: 'user', parts: [{ text: 'Tell me about gardens.' }] }] },
      'chat',
      new URL('http://gateway.test/v1beta/models/m:streamGenerateContent?alt=sse'),
    ),
  ],
};

/** @param events the encoded events of one OpenAI chat stream. */
export function createGroups(events) {
  const encoder = new TextEncoder();
  const chat = encoder.encode(events.join(''));
  return Object.entries(formats).map(([name, [dialect, call]]) => {
    const bytes = dialect === openaiChat ? chat : joined(translate(chat, dialect, call));
    return {
      title: `One answer of 60 words, ${name}`,
      unit: 'µs',
      bytes: bytes.length,
      events: eventsOf(bytes).length,
      subjects: subjectsOf(dialect, call, bytes, chat),
    };
  });
}

function subjectsOf(dialect, call, bytes, chat) {
  const textDecoder = new TextDecoder();
  const linesOf = () =>
    textDecoder
      .decode(bytes)
      .split('\n')
      .filter((line) => line.startsWith('data: {'))
      .map((line) => line.slice(6));
  const parseAll = (lines) => lines.filter((line) => JSON.parse(line) !== null).length;
  const lines = linesOf();
  const chatSize = joined(translate(chat, dialect, call)).length;
  const decoded = () => {
    let count = 0;
    const decoder = dialect.createDecoder(call);
    for (const event of eventsOf(bytes)) count += decoder.push(event).length;
    if (!decoder.complete) throw new Error(`${dialect.id}: not complete`);
    return count;
  };
  const fixed = (run) => ({ run, expected: run() });
  return [
    {
      name: 'JSON.parse of its data lines, from bytes (baseline)',
      ...fixed(() => parseAll(linesOf())),
    },
    { name: 'the same of lines that are text already', ...fixed(() => parseAll(lines)) },
    { name: 'SSE framing alone', ...fixed(() => eventsOf(bytes).length) },
    {
      name: 'looked at as it passes: framing, finish, usage, end',
      ...fixed(() => {
        const decoder = dialect.createDecoder(call, { only: 'ending' });
        for (const event of eventsOf(bytes)) decoder.push(event);
        return decoder.complete ? 1 : 0;
      }),
    },
    { name: 'decoded to deltas', ...fixed(decoded) },
    {
      name: 'assembled to JSON',
      ...fixed(() => {
        const assembler = dialect.createAssembler(call);
        for (const event of eventsOf(bytes)) assembler.push(event);
        return dialect.readReply(assembler.result(), call).choices[0].text.length;
      }),
    },
    {
      name: 'translated from OpenAI chat',
      ...fixed(() => joined(translate(chat, dialect, call)).length - chatSize),
    },
  ];
}

function eventsOf(bytes) {
  return createSseDecoder().push(bytes);
}

function translate(chat, dialect, call) {
  const decoder = openaiChat.createDecoder(chatCall);
  const writer = dialect.createWriter(call);
  const written = [];
  for (const event of eventsOf(chat))
    for (const delta of decoder.push(event)) written.push(...writer.push(delta));
  written.push(...writer.end());
  return written;
}

function joined(events) {
  const parts = events.map(({ raw }) => raw);
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
