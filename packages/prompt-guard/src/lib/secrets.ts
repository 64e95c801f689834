/** Credentials: known prefixes, assignments to a telling name, passwords in URLs, private keys. */
import { DIGIT, isOf, LETTER, skip, UPPER, URL64, VALUE, WORD } from './characters.ts';
import { entropyOf } from './checksums.ts';
import { followClasses, HIT, type Hit, LIKELY, MAYBE, NO, type ValueDetector } from './detector.ts';
import { type SecretPattern, secretPatterns } from './secret-patterns.ts';

/** What stands in keys that were never real, as words are written: a real one may hold "yoUR" by chance. */
const stopWords =
  /[eE]xample|EXAMPLE|[pP]laceholder|PLACEHOLDER|xxxx|XXXX|[yY]our|YOUR|[rR]edacted|REDACTED|[dD]ummy|DUMMY|12345678|abcdefgh|ABCDEFGH/;
/** Bits a character. Below it stand runs and repetitions. */
const minEntropy = 2.2;
const DOT = 46;

function secret(rest: Omit<ValueDetector, 'category' | 'type'>): ValueDetector {
  return { category: 'secret', type: 'SECRET', ...rest };
}

/** One detector a prefix. */
export function createPrefixDetectors(): ValueDetector[] {
  return secretPatterns.map(createPrefixDetector);
}

function createPrefixDetector(pattern: SecretPattern): ValueDetector {
  const { name, prefix, classes, length, exact, digits } = pattern;
  return secret({
    name,
    starts: prefix[0]!,
    seconds: prefix[1]!,
    match(text, at, ended, hit) {
      const from = at + prefix.length;
      if (!text.startsWith(prefix, at)) {
        return !ended && from > text.length && prefix.startsWith(text.slice(at)) ? MAYBE : NO;
      }
      const to = skip(text, from, classes, from + length);
      if (to < from + length) return to < text.length || ended ? NO : LIKELY;
      if (exact && to === text.length && !ended) return LIKELY;
      if (exact && isOf(text.charCodeAt(to), WORD)) return NO;
      const value = text.slice(from, to);
      if (count(value, DIGIT) < digits && !isShuffled(value)) return NO;
      if (stopWords.test(value) || entropyOf(value) < minEntropy) return NO;
      return setHit(hit, at, to, !exact);
    },
    follow: dotted.has(name) ? followDotted : followClasses(classes | URL64),
  });
}

/** Keys whose parts are joined by dots. */
const dotted: ReadonlySet<string> = /* @__PURE__ */ new Set(['jwt', 'vault-token', 'sendgrid-key']);

const followDotted: ValueDetector['follow'] = (text, state, ended) => {
  const rest = followClasses(URL64);
  for (;;) {
    if (!rest(text, state, ended)) return false;
    const at = state.at;
    if (text.charCodeAt(at) !== DOT) return true;
    // A full stop after the token is the sentence's, not the token's.
    if (at + 1 === text.length && !ended) return false;
    if (!isOf(text.charCodeAt(at + 1), URL64)) return true;
    state.at++;
    state.count++;
  }
};

const names = /* @__PURE__ */ (
  'password|passwd|passphrase|secret_key|secretkey|secret|token|api_key|apikey|api-key|' +
  'access_key|accesskey|accountkey|private_key|pwd|bearer|basic'
).split('|');
const longestName = 11;
const nameAt = /* @__PURE__ */ new RegExp(names.join('|'), 'iy');

/**
 * `name = value` and `"name": "value"` with a value that looks random, and what stands behind the scheme of an
 * `Authorization` header. Only the value is the secret.
 */
export function createAssignmentDetectors(): ValueDetector[] {
  return ['pas', 'pri', 'pwd', 'sec', 'tok', 'api', 'acc', 'bea', 'bas'].map((start) => {
    const [first, second] = [start[0]!, start[1]!];
    const third = start.charCodeAt(2);
    return secret({
      ...assignment,
      starts: first + first.toUpperCase(),
      seconds: second + second.toUpperCase(),
      match(text, at, ended, hit) {
        // The third letter settles almost every word.
        if (at + 2 < text.length && (text.charCodeAt(at + 2) | 32) !== third) return NO;
        return assignment.match(text, at, ended, hit);
      },
    });
  });
}

const assignment: Pick<ValueDetector, 'name' | 'anywhere' | 'match' | 'follow'> = {
  name: 'assigned-secret',
  anywhere: true,
  match(text, at, ended, hit) {
    if (!ended && at + longestName >= text.length) {
      const head = text.slice(at).toLowerCase();
      if (names.some((name) => name.startsWith(head))) return MAYBE;
    }
    nameAt.lastIndex = at;
    const name = nameAt.exec(text)?.[0].toLowerCase();
    if (name === undefined) return NO;
    const sign = skipGap(text, at + name.length);
    if (sign === text.length && !ended) return MAYBE;
    const isScheme = name[0] === 'b';
    if (isScheme ? sign === at + name.length : text[sign] !== ':' && text[sign] !== '=') return NO;
    const from = isScheme ? sign : skipGap(text, sign + 1);
    const to = skip(text, from, VALUE, from + 64);
    if (to === text.length && to < from + 64 && !ended) return to - from >= 4 ? LIKELY : MAYBE;
    return isRandom(text.slice(from, to), /^p[aw]/.test(name)) ? setHit(hit, from, to, true) : NO;
  },
  follow: followClasses(VALUE),
};

/** Past at most four quotes, blanks and the second character of `=>` and `:=`. */
function skipGap(text: string, at: number): number {
  let index = at;
  while (index < at + 4 && index < text.length && ' \t"\'>'.includes(text[index]!)) index++;
  return index;
}

function isRandom(value: string, isPassword: boolean): boolean {
  if (value.length < (isPassword ? 8 : 16) || stopWords.test(value) || value.includes('://'))
    return false;
  if (count(value, LETTER) === 0 || (count(value, DIGIT) === 0 && !isShuffled(value))) return false;
  return entropyOf(value) >= (isPassword ? 2.5 : 3.3);
}

/** The password of `scheme://user:password@host`. */
export const urlPasswordDetector: ValueDetector = secret({
  name: 'url-password',
  starts: ':',
  seconds: '/',
  anywhere: true,
  match(text, at, ended, hit) {
    if (!text.startsWith('://', at)) {
      return !ended && text.length < at + 3 && '://'.startsWith(text.slice(at)) ? MAYBE : NO;
    }
    const user = skipUserinfo(text, at + 3);
    if (user === text.length && !ended) return MAYBE;
    if (text[user] !== ':') return NO;
    const to = skipUserinfo(text, user + 1);
    if (to === text.length && !ended) return LIKELY;
    const value = text.slice(user + 1, to);
    if (
      text[to] !== '@' ||
      value === '' ||
      stopWords.test(value) ||
      /^(?:password|pass|pwd|secret)$/i.test(value)
    )
      return NO;
    return setHit(hit, user + 1, to, false);
  },
  follow: followClasses(VALUE),
});

function skipUserinfo(text: string, at: number): number {
  let index = at;
  while (index < at + 64 && isOf(text.charCodeAt(index), VALUE) && !'/:@?#'.includes(text[index]!))
    index++;
  return index;
}

/** Whether capitals stand among small letters as in no word and no joined words: one key in thirty has no digit. */
function isShuffled(value: string): boolean {
  let changes = 0;
  let pairs = 0;
  for (let index = 1; index < value.length; index++) {
    const before = isOf(value.charCodeAt(index - 1), UPPER);
    const upper = isOf(value.charCodeAt(index), UPPER);
    if (before !== upper) changes++;
    else if (upper) pairs++;
  }
  return pairs > 0 && changes * Math.min(pairs + 1, 3) >= value.length;
}

function count(value: string, classes: number): number {
  let found = 0;
  for (let index = 0; index < value.length; index++)
    if (isOf(value.charCodeAt(index), classes)) found++;
  return found;
}

function setHit(hit: Hit, from: number, to: number, open: boolean): typeof HIT {
  hit.from = from;
  hit.to = to;
  hit.open = open;
  return HIT;
}
