/** What a value detector is: a pattern that says at every place whether a value begins there. */
import { skip } from './characters.ts';

/** What stands for a value in a redacted text. */
export type PlaceholderType = 'EMAIL' | 'CARD' | 'IBAN' | 'SECRET' | 'TERM' | 'LITERAL';

/** No value begins here, whatever follows. */
export const NO = 0;
/** What is there may become a value, and so may any ordinary word. */
export const MAYBE = 1;
/** What is there may become a value, and its distinguishing part has been seen. */
export const LIKELY = 2;
/** A value: `hit` says where. */
export const HIT = 3;
export type Finding = typeof NO | typeof MAYBE | typeof LIKELY | typeof HIT;

/** Where a value stands. One object, used again for each match. */
export interface Hit {
  from: number;
  to: number;
  /** The value may go on beyond `to`: `follow` finds its end. */
  open: boolean;
}

/** How far a value that has been recognised goes on. */
export interface Follow {
  /** Everything before it belongs to the value. */
  at: number;
  /** Characters swallowed so far. */
  count: number;
  /** For the detector's own use; 0 at first. */
  mode: number;
}

/**
 * Finds one kind of value. What `match` says depends only on the text from the character before
 * `at` on, and a `NO` or `HIT` stays what it is whatever follows: so a text gives the same
 * findings however it is cut. `MAYBE` and `LIKELY` are never said of more than
 * {@link maxCandidate} characters, and never when the text has `ended`.
 */
export interface ValueDetector {
  readonly name: string;
  readonly category: 'email' | 'card' | 'iban' | 'secret' | 'placeholder';
  readonly type: PlaceholderType;
  /** The characters a candidate can begin with, and those that can come second; all ASCII. */
  readonly starts: string;
  readonly seconds: string;
  /** A candidate may also begin right after a letter, digit or underscore. */
  readonly anywhere?: boolean;
  match(text: string, at: number, ended: boolean, hit: Hit): Finding;
  /**
   * Swallows what belongs to a value beyond its verdict by moving `state.at`; answers whether its
   * end has been found. Called after an open hit, and after a candidate was cut short as if it
   * were a value.
   */
  follow(text: string, state: Follow, ended: boolean): boolean;
}

/** The longest candidate without a verdict, in characters. */
export const maxCandidate = 160;

/** A value goes on no longer than this, in characters. */
export const maxFollow = 16_384;

/** Stands in a text where no value may cross: the quotes around a JSON string. */
export const barrier = '\uffff';

/** A `follow` for values that end where a character of other classes stands. */
export function followClasses(classes: number, maxCount = maxFollow): ValueDetector['follow'] {
  return (text, state) => {
    const end = skip(text, state.at, classes, state.at + maxCount - state.count);
    state.count += end - state.at;
    state.at = end;
    return end < text.length || state.count >= maxCount;
  };
}
