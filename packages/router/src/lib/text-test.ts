/** A test of one text of a request, as configuration writes it. */
import { createPattern, isPattern } from './pattern.ts';

/** Something that says whether a text passes: a `RegExp` does. Its time is its author's business. */
export interface TextMatcher {
  test(text: string): boolean;
}

/**
 * A text is equal, or matches where it holds `*`; of a list one must. `true` and `false`: whether
 * there is a text at all. A matcher sees at most 4,096 characters.
 */
export type TextTest = string | readonly string[] | boolean | TextMatcher;

/** As much as a matcher is given. */
const maxText = 4096;

/** @throws {TypeError} naming the path of what is no test. */
export function compileTextTest(
  given: TextTest,
  path: string,
): (text: string | undefined) => boolean {
  if (typeof given === 'boolean') return (text) => (text !== undefined) === given;
  if (typeof given === 'string') return compileOne(given);
  if (Array.isArray(given)) {
    if (given.length === 0 || given.some((one) => typeof one !== 'string'))
      throw new TypeError(`Expected ${path} to be a list of texts`);
    const tests = (given as string[]).map(compileOne);
    return (text) => tests.some((test) => test(text));
  }
  const matcher = given as TextMatcher;
  if (typeof matcher?.test !== 'function')
    throw new TypeError(`Expected ${path} to be a text, a list of texts, true, false or a RegExp`);
  // A RegExp with "g" or "y" remembers where it was.
  if (matcher instanceof RegExp && (matcher.global || matcher.sticky))
    throw new TypeError(`Expected ${path} to be a RegExp without the flags "g" and "y"`);
  return (text) => text !== undefined && matcher.test(text.slice(0, maxText));
}

function compileOne(given: string): (text: string | undefined) => boolean {
  if (!isPattern(given)) return (text) => text === given;
  const pattern = createPattern(given);
  return (text) => text !== undefined && pattern.matches(text);
}
