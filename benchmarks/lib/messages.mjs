// What is sent and what comes back: a 1 kB chat call, a 1 kB JSON reply, a stream of 64 events.
const created = 1760000000;
const model = 'gpt-4o-mini';
const words =
  'river market copper violin harbour saddle winter engine meadow ladder pepper window basket candle thunder marble garden pencil bridge orchard lantern button castle feather'.split(
    ' ',
  );
const answerText = Array.from({ length: 90 }, (_, index) => words[(index * 7) % words.length]);

export const jsonReply = JSON.stringify({
  id: 'chatcmpl-benchmark',
  object: 'chat.completion',
  created,
  model,
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: answerText.join(' '), refusal: null },
      logprobs: null,
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 180, completion_tokens: 90, total_tokens: 270 },
  system_fingerprint: 'fp_benchmark',
});

const event = (delta, finish = null) => {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
  return { id: 'chatcmpl-benchmark', object: 'chat.completion.chunk', created, model, choices };
};
const texts = answerText.slice(0, 60).map((word) => `${word} `);
const payloads = [
  event({ role: 'assistant', content: '' }),
  ...texts.map((content) => event({ content })),
  event({}, 'stop'),
  {
    ...event({}),
    choices: [],
    usage: { prompt_tokens: 180, completion_tokens: 60, total_tokens: 240 },
  },
];

/** 64 events as they stand on the wire, `[DONE]` the last. */
export const sseEvents = [...payloads.map((it) => JSON.stringify(it)), '[DONE]'].map(
  (data) => `data: ${data}\n\n`,
);
/** The text that the stream's deltas spell. */
export const streamText = texts.join('');

const system = `You are a careful assistant of a garden centre. Answer in one short paragraph, name the plants by their common names, and say when you are not sure. Do not give medical advice. `;
const size = 1024;
const userTextSize = 560;
const markWidth = 12;
const syllables = 'ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu'.split(' ');
const letters = 'abcdefghijklmnopqrstuvwxyz';

/**
 * Makes bodies of exactly 1 kB whose user message is never the same twice: two halves drawn from pools of
 * different word salads, and a mark that counts.
 *
 * @param kind `json`, `stream`, `paced` (streamed with a pause) or `same` (always one body).
 * @param ownSeed separates the bodies of one process from those of another.
 */
export function createBodies(kind, ownSeed) {
  const seed = kind === 'same' ? 0 : ownSeed;
  const streamed = kind === 'stream' || kind === 'paced';
  const opening = kind === 'paced' ? 'paced stream ' : '';
  const half = (userTextSize - opening.length - markWidth - 2) >> 1;
  const pool = Array.from({ length: 1024 }, (_, index) => salad(half, seed + index));
  const [before, after] = frame(streamed, opening);
  let count = 0;
  return () => {
    const turn = kind === 'same' ? 0 : count++;
    const first = pool[turn % 1024];
    const second = pool[(turn * 7 + Math.floor(turn / 1024)) % 1024];
    return `${before}${first} ${second} ${mark(seed, turn)}${after}`;
  };
}

/** The body around the user's text, its system text repeated up to 1 kB. */
function frame(streamed, opening) {
  const hole = '#';
  const options = streamed ? { stream: true, stream_options: { include_usage: true } } : {};
  const make = (content) => {
    const messages = [
      { role: 'system', content },
      { role: 'user', content: hole },
    ];
    return JSON.stringify({ model, temperature: 0.2, max_tokens: 256, ...options, messages });
  };
  const missing = size - userTextSize - make('').length + hole.length;
  const [before, after] = make(system.repeat(4).slice(0, missing)).split(hole);
  return [before + opening, after];
}

/** Words of three syllables from a vocabulary of 8,000, so that no two texts resemble each other. */
function salad(length, seed) {
  let state = (seed * 2654435761) >>> 0;
  let text = '';
  while (text.length < length) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const [a, b, c] = [state >>> 8, state >>> 13, state >>> 18].map((it) => syllables[it % 20]);
    text += `${a}${b}${c} `;
  }
  return text.slice(0, length).padEnd(length);
}

function mark(seed, turn) {
  let rest = seed * 100_000_000 + turn;
  let text = '';
  for (let place = 0; place < markWidth; place++) {
    text += letters[rest % 26];
    rest = Math.floor(rest / 26);
  }
  return text;
}
