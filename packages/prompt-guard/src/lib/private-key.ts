/** Private keys in PEM form (RFC 7468): recognised by the header, swallowed from there on. */
import { BASE64, DIGIT, isOf, SPACE, skip, UPPER } from './characters.ts';
import { type Follow, HIT, LIKELY, MAYBE, maxFollow, NO, type ValueDetector } from './detector.ts';

const begin = '-----BEGIN ';
const dashes = '-----';
const maxLabel = 48;
/** A run this long is key material, whatever it looks like. */
const longRun = 24;
/** How long a word that may be prose waits for what follows it. */
const maxPending = 64;
const IN_RUN = 1;
const IN_LINE = 2;

/** From `-----BEGIN … PRIVATE KEY-----` to the END line, or to where the text is prose again. */
export const privateKeyDetector: ValueDetector = {
  name: 'private-key',
  category: 'secret',
  type: 'SECRET',
  starts: '-',
  seconds: '-',
  anywhere: true,
  match(text, at, ended, hit) {
    if (text[at - 1] === '-') return NO;
    if (!text.startsWith(begin, at)) {
      return !ended && text.length < at + begin.length && begin.startsWith(text.slice(at))
        ? MAYBE
        : NO;
    }
    const from = at + begin.length;
    const label = skip(text, from, UPPER | DIGIT | SPACE, from + maxLabel);
    const to = label + dashes.length;
    if (to > text.length && !ended && dashes.startsWith(text.slice(label))) return LIKELY;
    if (!text.startsWith(dashes, label) || !text.slice(from, label).includes('PRIVATE KEY'))
      return NO;
    hit.from = at;
    hit.to = to;
    hit.open = true;
    return HIT;
  },
  follow(text, state, ended) {
    const from = state.at;
    const limit = from + maxFollow - state.count;
    const cut = text.length > limit;
    const done = followKey(cut ? text.slice(0, limit) : text, state, ended || cut);
    state.count += state.at - from;
    return done;
  },
};

/** Two words that could be prose end a key that has no END line; one may be a short last line. */
function followKey(text: string, state: Follow, ended: boolean): boolean {
  let words = 0;
  const start = state.at - state.count;
  let at = state.at;
  while (at < text.length) {
    if (at - state.at > maxPending) return true;
    if (state.mode === IN_LINE) {
      at = lineEnd(text, at);
      if (at < text.length) state.mode = 0;
      state.at = at;
      continue;
    }
    const run = skip(text, at, BASE64);
    if (state.mode === IN_RUN || run - at >= longRun) {
      state.mode = run < text.length ? 0 : IN_RUN;
      state.at = at = run;
      words = 0;
      continue;
    }
    if (run === text.length && !ended) return false;
    if (run > at) {
      const header = headerAt(text, at, ended);
      if (header === MAYBE) return false;
      if (header === HIT) state.mode = IN_LINE;
      else if (isWord(text, at, run)) {
        if (++words === 2) return true;
        at = run;
        continue;
      }
      words = 0;
      state.at = at = run;
      continue;
    }
    const blank = skipBlank(text, at);
    if (blank > at) {
      at = blank;
      if (words === 0) state.at = at;
      continue;
    }
    if (text[at] === '\\' && at + 1 === text.length && !ended) return false;
    const dashEnd = skipDashes(text, at);
    // A header cut short by a timer still has its dashes to come.
    if (dashEnd > at && at - start < maxLabel && !text.startsWith('END', dashEnd)) {
      if (dashEnd + 3 > text.length && !ended) return false;
      state.at = at = dashEnd;
      continue;
    }
    return followEnd(text, at, state, ended);
  }
  if (at - state.at > maxPending) return true;
  if (ended) state.at = text.length;
  return ended;
}

/** At a character that no key is made of: the END line, or the end of the key. */
function followEnd(text: string, at: number, state: Follow, ended: boolean): boolean {
  const tail = text.slice(at, at + 9 + maxLabel + dashes.length);
  if (!tail.startsWith('-----END '))
    return ended || tail.length >= 9 || !'-----END '.startsWith(tail);
  const close = tail.indexOf(dashes, 9);
  if (close === -1 && !ended && at + tail.length === text.length) return false;
  state.at = at + (close === -1 ? 9 : close + dashes.length);
  return true;
}

const headers = ['Proc-Type:', 'DEK-Info:', 'Version:', 'Comment:'];

function headerAt(text: string, at: number, ended: boolean): typeof HIT | typeof MAYBE | typeof NO {
  const head = text.slice(at, at + 10);
  if (headers.some((header) => head.startsWith(header))) return HIT;
  const cut =
    !ended && at + head.length === text.length && headers.some((header) => header.startsWith(head));
  return cut ? MAYBE : NO;
}

function skipDashes(text: string, at: number): number {
  let index = at;
  while (index < at + dashes.length && text[index] === '-') index++;
  return index;
}

function lineEnd(text: string, at: number): number {
  let index = at;
  while (
    index < text.length &&
    text[index] !== '\n' &&
    text[index] !== '\\' &&
    text[index] !== '\uffff'
  )
    index++;
  return index;
}

/** Past white space, and past `\n` and `\r` written out as in a quoted string. */
function skipBlank(text: string, at: number): number {
  let index = at;
  for (;;) {
    index = skip(text, index, SPACE);
    if (text[index] !== '\\' || (text[index + 1] !== 'n' && text[index + 1] !== 'r')) return index;
    index += 2;
  }
}

/** Letters in lower case after the first: far more likely a word than key material. */
function isWord(text: string, from: number, to: number): boolean {
  for (let index = from; index < to; index++) {
    const code = text.charCodeAt(index);
    const lower = code >= 97 && code <= 122;
    if (!lower && !(index === from && isOf(code, UPPER))) return false;
  }
  return true;
}
