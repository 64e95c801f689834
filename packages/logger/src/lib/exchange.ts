/** What the events of one exchange tell, collected as they come and looked at later. */
import type { GatewayEvent, Outcome, Usage } from '@wintergate/core';
import type { LogValue } from './types.ts';

type EventOf<T extends GatewayEvent['type']> = Extract<GatewayEvent, { type: T }>;

/**
 * Everything a record is made of. While the request runs only references are stored; it holds
 * neither the request nor its context nor its body, which would stay in memory while it waits for
 * its batch.
 */
export interface Exchange {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Chosen by `sample`; errors are kept all the same. */
  readonly sampled: boolean;
  /** Set when the exchange is over. */
  facts: RequestFacts | undefined;
  /** What the caller wrote; the call may have been rewritten since. */
  read: EventOf<'call-read'> | undefined;
  /** As the request's headers say. */
  contentLength: number | undefined;
  notices: string | undefined;
  status: number | undefined;
  headersMs: number | undefined;
  firstTokenMs: number | undefined;
  durationMs: number | undefined;
  end: EventOf<'exchange-end'> | undefined;
  outputBytes: number | undefined;
  route: EventOf<'route-select'> | undefined;
  cache: EventOf<'cache-lookup'> | undefined;
  stored: EventOf<'cache-store'> | undefined;
  attempts: readonly EventOf<'attempt-end'>[];
  attemptsStarted: number;
  limits: readonly EventOf<'limit-check'>[];
  verdicts: readonly EventOf<'guard-verdict'>[];
  usages: readonly EventOf<'usage-report'>[];
  errors: readonly string[];
  readonly reply: ReplyFacts;
}

/** What is taken from the request and its call when the exchange is over. */
export interface RequestFacts {
  readonly requestId: string;
  readonly tenant: string | undefined;
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly dialect: string | undefined;
  readonly operation: string | undefined;
  readonly model: string | undefined;
  readonly stream: boolean | undefined;
  readonly outcome: Outcome;
  readonly usage: Usage | undefined;
  /** Redacted messages; only when content is logged. */
  readonly content: Readonly<Record<string, LogValue | undefined>>;
}

/** What the reply itself says. */
export interface ReplyFacts {
  id: string | undefined;
  model: string | undefined;
  usage: Usage | undefined;
  complete: boolean;
  readonly finishReasons: string[];
  /** Output tokens, roughly: for replies that report no usage. */
  estimatedTokens: number;
  /** Texts of the reply by channel; only when content is logged. */
  content: ReplyText[] | undefined;
}

export interface ReplyText {
  readonly choice: number;
  readonly kind: 'text' | 'reasoning' | 'refusal' | 'tool-call';
  readonly index: number;
  name: string;
  text: string;
}

/** Most entries of one kind in a record. */
export const maxEntries = 50;

const none: readonly never[] = [];

export function createExchange(startedAt: number, sampled: boolean): Exchange {
  return {
    startedAt,
    sampled,
    facts: undefined,
    read: undefined,
    contentLength: undefined,
    notices: undefined,
    status: undefined,
    headersMs: undefined,
    firstTokenMs: undefined,
    durationMs: undefined,
    end: undefined,
    outputBytes: undefined,
    route: undefined,
    cache: undefined,
    stored: undefined,
    attempts: none,
    attemptsStarted: 0,
    limits: none,
    verdicts: none,
    usages: none,
    errors: none,
    reply: {
      id: undefined,
      model: undefined,
      usage: undefined,
      complete: false,
      finishReasons: [],
      estimatedTokens: 0,
      content: undefined,
    },
  };
}

/** Takes in one event. The first lookup of a cache counts: a later one is about its own store. */
export function collect(exchange: Exchange, given: GatewayEvent): void {
  const event = given as EventOf<
    Exclude<GatewayEvent['type'], `${string}:${string}`> & GatewayEvent['type']
  >;
  switch (event.type) {
    case 'call-read':
      exchange.read ??= event;
      break;
    case 'cache-lookup':
      exchange.cache ??= event;
      break;
    case 'cache-store':
      exchange.stored = event;
      break;
    case 'limit-check':
      exchange.limits = added(exchange.limits, event);
      break;
    case 'guard-verdict':
      exchange.verdicts = added(exchange.verdicts, event);
      break;
    case 'route-select':
      exchange.route = event;
      break;
    case 'attempt-start':
      exchange.attemptsStarted += 1;
      break;
    case 'attempt-end':
      exchange.attempts = added(exchange.attempts, event);
      break;
    case 'usage-report':
      exchange.usages = added(exchange.usages, event);
      break;
    case 'response-start':
      exchange.status = event.status;
      exchange.headersMs = event.durationMs;
      break;
    case 'first-token':
      exchange.firstTokenMs ??= event.durationMs;
      break;
    case 'response-end':
      exchange.status = event.status;
      exchange.durationMs = event.durationMs;
      exchange.outputBytes = event.outputBytes;
      break;
    case 'exchange-end':
      exchange.end = event;
      break;
    case 'background-error':
      exchange.errors = added(exchange.errors, event.message);
      break;
    default:
  }
}

/** A new list: one that grows takes room for sixteen more, for as long as the exchange lasts. */
function added<T>(list: readonly T[], item: T): readonly T[] {
  return list.length < maxEntries ? [...list, item] : list;
}
