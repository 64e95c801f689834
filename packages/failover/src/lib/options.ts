/** The options of failover, and their check. */
import { checkOptions, type Duration, type OptionKind, parseDuration } from '@wintergate/core';
import { hostSchedule, type Schedule } from '@wintergate/providers';
import type { Backoff } from './backoff.ts';

export interface FailoverOptions {
  /** Attempts per exchange at most, over all targets. @default 4 */
  readonly attempts?: number | undefined;
  /** Attempts per target at most. @default 2 */
  readonly attemptsPerTarget?: number | undefined;
  /**
   * Wait before the same target is called again, unless it names a time itself: a random time from
   * 0 to `base`, doubled for each further retry up to `cap`. @default { base: '250 ms', cap: '8 s' }
   */
  readonly backoff?:
    | { readonly base?: Duration | undefined; readonly cap?: Duration | undefined }
    | undefined;
  /**
   * The longest `Retry-After` that is waited for, and only when no other target can be called.
   * A longer one ends the attempts at this target. @default '10 s'
   */
  readonly maxRetryAfter?: Duration | undefined;
  /** How long a target rests after a 429 that names no time. @default '5 s' */
  readonly cooldown?: Duration | undefined;
  /**
   * The longest rest: after a dead credential, used up money, a missing model, or a longer
   * `Retry-After`. A resting target is called only when no other is left. @default '5 m'
   */
  readonly maxCooldown?: Duration | undefined;
  /** Time until the headers of a stream. Other answers have the total time. @default '30 s' */
  readonly headersTimeout?: Duration | undefined;
  /**
   * Time from the start of the attempt until the first text, reasoning, tool call or refusal of a
   * stream. With a reasoning effort of `high` or more, at least 5 minutes. @default '60 s'
   */
  readonly firstTokenTimeout?: Duration | undefined;
  /** Silence within a stream after its first token, comments included. @default '30 s' */
  readonly idleTimeout?: Duration | undefined;
  /** Silence within a stream but for comments. @default '120 s' */
  readonly contentTimeout?: Duration | undefined;
  /** Time for the whole exchange: all attempts, waits, and the reply to its end. @default '600 s' */
  readonly totalTimeout?: Duration | undefined;
  /** How long a stream is held back for its first token, from its headers on. @default '10 s' */
  readonly maxHold?: Duration | undefined;
  /**
   * A stream that was held as long as it may goes out without a token. Until one comes, a comment
   * tells the caller this often that somebody is there; 0 for never. @default '10 s'
   */
  readonly keepAlive?: Duration | undefined;
  /** Bytes of a stream that are held back at most. @default 65536 */
  readonly maxHoldBytes?: number | undefined;
  /** Whether a refusal by content policy goes to the next target. @default false */
  readonly onContentPolicy?: boolean | undefined;
  /** Numbers in [0, 1). @default Math.random */
  readonly random?: (() => number) | undefined;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: (() => number) | undefined;
  /** Timers. @default the host's */
  readonly schedule?: Schedule | undefined;
}

/** Options once checked; times in milliseconds. */
export interface FailoverSettings {
  readonly attempts: number;
  readonly attemptsPerTarget: number;
  readonly backoff: Backoff;
  readonly maxRetryAfter: number;
  readonly cooldown: number;
  readonly maxCooldown: number;
  readonly headersTimeout: number;
  readonly firstTokenTimeout: number;
  readonly idleTimeout: number;
  readonly contentTimeout: number;
  readonly totalTimeout: number;
  readonly maxHold: number;
  readonly keepAlive: number;
  readonly maxHoldBytes: number;
  readonly onContentPolicy: boolean;
  readonly random: () => number;
  readonly now: () => number;
  readonly schedule: Schedule;
}

const known: Record<keyof FailoverOptions, OptionKind> = {
  attempts: 1,
  attemptsPerTarget: 1,
  backoff: 1,
  maxRetryAfter: 1,
  cooldown: 1,
  maxCooldown: 1,
  headersTimeout: 1,
  firstTokenTimeout: 1,
  idleTimeout: 1,
  contentTimeout: 1,
  totalTimeout: 1,
  maxHold: 1,
  keepAlive: 1,
  maxHoldBytes: 1,
  onContentPolicy: 'boolean',
  random: 'function',
  now: 'function',
  schedule: 'function',
};

/** @throws {TypeError | RangeError} naming the option that is not usable. */
export function resolveOptions(options: FailoverOptions): FailoverSettings {
  checkOptions(options, known, 'failover()');
  checkOptions(options.backoff ?? {}, { base: 1, cap: 1 }, '"backoff"');
  const base = parseDuration(options.backoff?.base ?? 250, 'backoff.base');
  const cap = parseDuration(options.backoff?.cap ?? '8 s', 'backoff.cap');
  if (cap < base)
    throw new RangeError(
      `Expected "backoff.cap" to be at least "backoff.base": got ${cap} and ${base}`,
    );
  return {
    attempts: checkCount(options.attempts ?? 4, 'attempts'),
    attemptsPerTarget: checkCount(options.attemptsPerTarget ?? 2, 'attemptsPerTarget'),
    backoff: { base, cap },
    maxRetryAfter: parseDuration(options.maxRetryAfter ?? '10 s', 'maxRetryAfter'),
    cooldown: parseDuration(options.cooldown ?? '5 s', 'cooldown'),
    maxCooldown: parseDuration(options.maxCooldown ?? '5 m', 'maxCooldown'),
    headersTimeout: checkTimeout(options.headersTimeout ?? '30 s', 'headersTimeout'),
    firstTokenTimeout: checkTimeout(options.firstTokenTimeout ?? '60 s', 'firstTokenTimeout'),
    idleTimeout: checkTimeout(options.idleTimeout ?? '30 s', 'idleTimeout'),
    contentTimeout: checkTimeout(options.contentTimeout ?? '120 s', 'contentTimeout'),
    totalTimeout: checkTimeout(options.totalTimeout ?? '600 s', 'totalTimeout'),
    maxHold: parseDuration(options.maxHold ?? '10 s', 'maxHold'),
    keepAlive: options.keepAlive === 0 ? 0 : checkTimeout(options.keepAlive ?? '10 s', 'keepAlive'),
    maxHoldBytes: checkCount(options.maxHoldBytes ?? 65_536, 'maxHoldBytes'),
    onContentPolicy: options.onContentPolicy ?? false,
    random: options.random ?? Math.random,
    now: options.now ?? Date.now,
    schedule: options.schedule ?? hostSchedule,
  };
}

function checkCount(value: number, name: string): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new RangeError(`Expected "${name}" to be a whole number of at least 1: got "${value}"`);
}

/** Timers take 31 bits of milliseconds, about 24 days. */
const longestTimer = 2 ** 31 - 1;

function checkTimeout(value: Duration, name: string): number {
  const milliseconds = parseDuration(value, name);
  if (milliseconds >= 1 && milliseconds <= longestTimer) return milliseconds;
  throw new RangeError(`Expected "${name}" to be from 1 ms to 24 days: got "${value}"`);
}
