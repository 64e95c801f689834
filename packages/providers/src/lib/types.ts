/** Who is called: providers, targets, and the plan that a router makes of them. */
import {
  type ContextKey,
  createContextKey,
  type End,
  parseUrl,
  type TargetName,
  type Transport,
} from '@wintergate/core';
import type { TargetDialect } from '@wintergate/wire';
import type { ChatQuirks } from './chat-quirks.ts';

/** A secret as a value, or a function asked for each attempt (rotation). Never logged. */
export type Credential = string | (() => string | Promise<string>);

/** A request as it goes out. */
export interface SignableRequest {
  readonly url: string;
  readonly method: string;
  /** To be changed. */
  readonly headers: Headers;
  /** The whole of it; `null` without a body, and for a stream, which can not be signed. */
  readonly body: Uint8Array | null;
}

/** Provider, model and credential: where one attempt goes. */
export interface Target {
  /** Provider name for logs, events and prices, such as `openai`. */
  readonly provider: string;
  /** The model to ask for; absent: the caller's. */
  readonly model?: string | undefined;
  /** Base URL with its version segment and no slash at the end, such as `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  /** Present: all caller authentication is removed and this is set. Absent: the caller's goes on. */
  readonly authorize?: ((headers: Headers) => void | Promise<void>) | undefined;
  /**
   * Set last, over the request as it goes out: for credentials that sign it. With it all caller
   * authentication is removed, as with `authorize`.
   */
  readonly sign?: ((request: SignableRequest) => void | Promise<void>) | undefined;
  /**
   * The formats that the upstream speaks, best first. A call in another one is translated into the
   * first that knows its operation. Absent: whatever the caller speaks goes on as it is.
   */
  readonly dialects?: readonly TargetDialect[] | undefined;
  /**
   * What follows the base URL, where that is not all of the caller's path after its version segment.
   * It may end in a query, which the caller's own follows.
   *
   * @param path begins with a slash, without query.
   * @param model the one that is asked for, where that is known.
   */
  readonly pathFor?: ((path: string, model: string | undefined) => string) | undefined;
  /** How the upstream departs from OpenAI's chat format, for calls in it. */
  readonly quirks?: ChatQuirks | undefined;
  /** Extra headers for this target. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Answers in process instead of over the network (the simulated provider). */
  readonly handler?: End | undefined;
  /** Takes the place of the host's transport. */
  readonly transport?: Transport | undefined;
  /**
   * Whether the upstream understands `stream_options.include_usage`; it is then asked for, and
   * hidden from a caller who did not ask.
   * @default true
   */
  readonly streamUsage?: boolean | undefined;
  /** Relative share in a weighted choice. @default 1 */
  readonly weight?: number | undefined;
}

/** Whether a target has credentials of its own: the caller's are then no business of it. */
export function hasOwnCredential({ authorize, sign }: Target): boolean {
  return authorize !== undefined || sign !== undefined;
}

/** Makes targets. What `openai()`, `openaiCompatible()` and `simulated()` return. */
export interface Provider {
  readonly name: string;
  readonly baseUrl: string;
  /** Models known without asking, for `GET /v1/models`. */
  readonly models: readonly string[];
  target(model?: string, options?: { weight?: number }): Target;
}

/** Ordered candidates and why they were chosen. */
export interface Plan {
  readonly candidates: readonly Target[];
  /** The rule that chose, such as `alias:fast`. */
  readonly rule: string;
  readonly reason: string;
  /**
   * What the cache must not mix: the resolved model and arm for alias, rule and A/B; the requested
   * model for latency, cost, busy and sticky strategies.
   */
  readonly cacheScope: string;
}

/** The plan that the router set; without it there is one implicit target. */
export const planKey: ContextKey<Plan> = /* @__PURE__ */ createContextKey<Plan>(
  '@wintergate/providers/plan',
);

/** The target of this attempt, set on its fork by failover. */
export const targetKey: ContextKey<Target> = /* @__PURE__ */ createContextKey<Target>(
  '@wintergate/providers/target',
);

/** Number of this attempt, from 1; set on its fork by failover. */
export const attemptKey: ContextKey<number> = /* @__PURE__ */ createContextKey<number>(
  '@wintergate/providers/attempt',
);

/**
 * Set on the attempt's context by an end that checks its replies: JSON is whole and valid, and a
 * stream that breaks off ends in the dialect's error event. Nobody outside does it again.
 */
export const completenessKey: ContextKey<boolean> = /* @__PURE__ */ createContextKey<boolean>(
  '@wintergate/providers/completeness',
);

/**
 * Set on the attempt's context when the target can not do what the call asks for: it was not called,
 * and another target may.
 */
export const unsuitableKey: ContextKey<boolean> = /* @__PURE__ */ createContextKey<boolean>(
  '@wintergate/providers/unsuitable',
);

/** A target's loggable name: no credential, no path. */
export function targetName(target: Target, requestedModel?: string): TargetName {
  return {
    provider: target.provider,
    model: target.model ?? requestedModel,
    host: target.handler === undefined ? parseUrl(target.baseUrl).host : undefined,
  };
}
