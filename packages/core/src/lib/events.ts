/**
 * What a chain tells about itself: a closed union of plain, serialisable objects. Third parties
 * add their own under `` `${package}:${name}` ``. Field names follow the OpenTelemetry GenAI
 * attributes where one exists, in camel case.
 */
import type { Outcome, TargetName, Usage } from './outcome.ts';

interface EventFields {
  'call-read': {
    dialect: string;
    operation: string;
    requestModel: string | undefined;
    stream: boolean;
    inputBytes: number;
  };
  'cache-lookup': {
    result: 'hit' | 'miss' | 'bypass' | 'stale' | 'flight';
    tier?: 'exact' | 'semantic' | undefined;
    /** Why: the guard that refused, the reason for a bypass. */
    detail?: string | undefined;
    similarity?: number | undefined;
    /** Truncated digest of the key; never the text. */
    key?: string | undefined;
    /** Age of the entry in milliseconds. */
    age?: number | undefined;
    /** Of a hit: what its answer cost when it was made, and who made it. */
    saved?: { usage: Usage; target?: TargetName | undefined } | undefined;
    durationMs: number;
  };
  /** A stored answer was compared with the upstream's own: whether it would have been right. */
  'cache-audit': { right: boolean; similarity: number };
  'cache-store': { stored: boolean; detail?: string | undefined; bytes?: number | undefined };
  'limit-check': {
    limit: string;
    /** Truncated digest of whom it counts. */
    key: string;
    allowed: boolean;
    enforced: boolean;
    quota: number;
    remaining: number;
    resetMs: number;
    /** The store failed, and the limiter answered as configured. */
    failure?: 'open' | 'closed' | undefined;
  };
  'limit-settle': { limit: string; key: string; reserved: number; settled: number };
  'guard-verdict': {
    phase: 'request' | 'reply';
    verdict: 'allow' | 'flag' | 'block';
    /** Category and where it was found; never the matched text. */
    findings: readonly { detector: string; category: string; path: string; action: string }[];
    /** What was not inspected, and why. */
    uninspected?: readonly string[] | undefined;
    durationMs: number;
  };
  'route-select': {
    requestModel: string | undefined;
    rule: string;
    candidates: readonly TargetName[];
    reason: string;
  };
  /** The target does not speak the caller's dialect: the call was written anew. */
  'call-translate': {
    from: string;
    to: string;
    target: TargetName;
    /** What could not be said as it was: dropped, emulated, or moved to the nearest value. */
    notices: readonly { field: string; action: string; detail?: string | undefined }[];
  };
  'attempt-start': { attempt: number; target: TargetName };
  'attempt-end': {
    attempt: number;
    target: TargetName;
    ok: boolean;
    status?: number | undefined;
    /** Failure class, such as `rate-limit`, `overload`, `timeout`. */
    failure?: string | undefined;
    durationMs: number;
  };
  'usage-report': { usage: Usage; target?: TargetName | undefined };
  /** The reply's headers went out. */
  'response-start': { status: number; durationMs: number };
  /** The first meaningful delta went out. */
  'first-token': { durationMs: number };
  /** The reply ended, in whichever way. Exactly once an exchange. */
  'response-end': { status: number; outcome: Outcome; durationMs: number; outputBytes: number };
  /** Everything of the exchange is settled, stored and drained, or 5 s have passed. Exactly once. */
  'exchange-end': { outcome: Outcome; settled: boolean; durationMs: number };
  'background-error': { message: string };
}

type ThirdPartyType = `${string}:${string}`;

/** An event as its author writes it: `requestId` and `time` are filled in by `emit`. */
export type GatewayEventInput =
  | { [K in keyof EventFields]: { type: K } & EventFields[K] }[keyof EventFields]
  | { type: ThirdPartyType; [field: string]: unknown };

/** An event as a subscriber sees it. `time` is milliseconds since the epoch. */
export type GatewayEvent = GatewayEventInput & {
  readonly requestId: string;
  readonly time: number;
};
