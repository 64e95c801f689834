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
/** Of a timed stream: its first event, words that say when they are sent, and what ends it. */
export const timedWords = 20;
export const timedEvents = {
  first: sseEvents[0],
  word: (microseconds) => `data: ${JSON.stringify(event({ content: timeWord(microseconds) }))}\n\n`,
  last: sseEvents.slice(-3),
};
/** Letters, not digits: sixteen digits in a row can be a card number. */
const timeDigits = 16;
const timeMark = '@';

function timeWord(microseconds) {
  const digits = String(microseconds).padStart(timeDigits, '0');
  return `${timeMark}${digits.replace(/\d/g, (digit) => String.fromCharCode(97 + Number(digit)))} `;
}

/** The times that stand whole in these bytes. @returns microseconds, by the machine's monotonic clock */
export function readTimes(bytes) {
  const times = [];
  for (let at = bytes.indexOf(timeMark); at !== -1; at = bytes.indexOf(timeMark, at + 1)) {
    let value = 0;
    for (let place = 1; place <= timeDigits; place++) value = value * 10 + bytes[at + place] - 97;
    if (value >= 0) times.push(value);
  }
  return times;
}

/** Microseconds of a clock that all processes of the machine share. */
export const monotonic = () => Number(process.hrtime.bigint() / 1000n);

/** The text that the stream's deltas spell. */
export const streamText = texts.join('');

/** Kinds of {@link createBodies} that are always the same body. */
export const repeats = (kind) => kind === 'same' || kind === 'same-stream' || kind === 'similar';

const system = `You are a careful assistant of a garden centre. Answer in one short paragraph, name the plants by their common names, and say when you are not sure. Do not give medical advice. `;
const leastSize = 1024;
const userTextSize = 560;
const leastMark = 10;
const poolSize = 1024;
/** Length of one word of a salad. */
const ownWord = 6;
const consonants = 'bcdfghjklmnpqrstvwxz';
const letters = 'abcdefghijklmnopqrstuvwxyz';

/**
 * Makes bodies of exactly 1 kB whose user message is never the same twice: five parts drawn from a pool of
 * word salads, and a mark that counts.
 *
 * @param kind `json`, `template` (one text but for a word at its beginning and the mark), `stream`, `paced` (streamed
 *   with a pause), `timed` (streamed word by word, each with the time when it was sent), `same` (always one body),
 *   `same-stream` (always one, streamed) or `similar` (always one, whose text is that of `same` but for a full stop).
 * @param ownSeed separates the bodies of one process from those of another.
 * @param size of a body in bytes: beyond 1 kB earlier turns make it up.
 */
export function createBodies(kind, ownSeed, size = leastSize) {
  const isRepeated = repeats(kind);
  const seed = isRepeated ? 0 : ownSeed;
  const ending = kind === 'similar' ? '.' : '';
  const streamed = ['stream', 'same-stream', 'paced', 'timed'].includes(kind);
  const opening = kind === 'paced' || kind === 'timed' ? `${kind} stream ` : '';
  const room = userTextSize - opening.length;
  const partSize = Math.floor((room - leastMark) / 5) - 1;
  const markSize = room - 5 * (partSize + 1);
  // Pools of other seeds have no part in common, or texts of two runs could differ in their mark alone.
  const pool = Array.from({ length: poolSize }, (_, index) =>
    salad(partSize, seed * poolSize + index),
  );
  const template = pool.slice(0, 5).join(' ').slice(ownWord);
  const [before, after] = frame(streamed, opening, size);
  let count = 0;
  return () => {
    const turn = isRepeated ? 0 : count++;
    const lap = Math.floor(turn / poolSize);
    // Odd strides visit the whole pool, and other neighbours meet in every lap.
    const part = (stride) => pool[(turn * stride + lap * (stride >> 1)) % poolSize];
    const text =
      kind === 'template'
        ? part(1).slice(0, ownWord) + template
        : `${part(1)} ${part(3)} ${part(5)} ${part(7)} ${part(11)}`;
    return `${before}${text} ${mark(seed, turn, markSize)}${ending}${after}`;
  };
}

/** The body around the user's text, its system text repeated up to 1 kB. */
function frame(streamed, opening, size) {
  const hole = '#';
  const options = streamed ? { stream: true, stream_options: { include_usage: true } } : {};
  const history = turns(size - leastSize);
  const make = (content) => {
    const messages = [{ role: 'system', content }, ...history, { role: 'user', content: hole }];
    return JSON.stringify({ model, temperature: 0.2, max_tokens: 256, ...options, messages });
  };
  const missing = size - userTextSize - make('').length + hole.length;
  const [before, after] = make(system.repeat(8).slice(0, missing)).split(hole);
  return [before + opening, after];
}

/** Earlier turns in so many bytes at most: a hundred or less. */
function turns(bytes) {
  const history = [];
  const text = `${answerText.slice(0, 70).join(' ')}. `.repeat(Math.ceil(bytes / 48_000));
  const textOf = (at) => `${at} ${words[at % words.length]} ${text}`;
  for (let used = 0; ; ) {
    const role = history.length % 2 === 0 ? 'user' : 'assistant';
    const turn = { role, content: textOf(history.length) };
    used += JSON.stringify(turn).length + 1;
    // Both or none, and what is left goes to the system text.
    if (used > bytes) return history.slice(0, history.length & ~1);
    history.push(turn);
  }
}

/** Made-up words of two syllables, of a million possible: no text resembles another, as far as spelling goes. */
function salad(length, seed) {
  let state = (seed * 2654435761) >>> 0;
  const draw = (from) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return from[Math.floor((state / 2 ** 32) * from.length)];
  };
  const syllable = () => draw(consonants) + draw('aeiou') + draw(consonants);
  let text = '';
  while (text.length < length) text += `${syllable()}${syllable()} `;
  return text.slice(0, length);
}

function mark(seed, turn, length) {
  let rest = seed * 100_000_000 + turn;
  let text = '';
  for (let place = 0; place < length; place++) {
    text += letters[rest % 26];
    rest = Math.floor(rest / 26);
  }
  return text;
}
