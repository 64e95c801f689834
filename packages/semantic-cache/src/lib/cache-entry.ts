/** What a store keeps, and how an entry from outside is looked over before it is believed. */
import type { TargetName, Usage } from '@wintergate/core';
import type { StreamCuts } from '@wintergate/wire';

/** Raised when the shape of entries or keys changes: older entries are then misses. */
export const entryVersion = 1;

/** A stored answer. Plain data: a store outside the process serialises it, `body` as bytes. */
export interface CacheEntry {
  readonly version: typeof entryVersion;
  /** The key that it was stored under, again: what a store hands out for another key is not used. */
  readonly key: string;
  /** Whose entry it is, for semantic hits; `undefined` when only an identical call may have it. */
  readonly scope: string | undefined;
  /** The last user message, for the guards; present together with `scope`. */
  readonly text: string | undefined;
  /** Milliseconds since the epoch. */
  readonly storedAt: number;
  /** Milliseconds since the epoch. Nothing is served from then on. */
  readonly expiresAt: number;
  /** Until then it is served; later only where the upstream fails. @default `expiresAt` */
  readonly freshUntil?: number | undefined;
  /** The JSON reply, UTF-8. A streamed reply has been put together first. */
  readonly body: Uint8Array;
  /** In which pieces its texts came, where it was streamed: a replay comes in the same. */
  readonly cuts?: StreamCuts | undefined;
  /** What the answer cost when it was made. */
  readonly usage: Usage | undefined;
  /** Who made it. */
  readonly target?: TargetName | undefined;
  /** Whose it is: the tenant, or outside of the process its HMAC. */
  readonly owner?: string | undefined;
  /** What it is removed by, besides. */
  readonly tags?: readonly string[] | undefined;
}

/**
 * An entry that was made here, and that nobody can change: no store can make another that has its private field, so that its
 * body needs no second look.
 */
export class MadeEntry implements CacheEntry {
  readonly #made = true;
  readonly version = entryVersion;
  readonly key: string;
  readonly scope: string | undefined;
  readonly text: string | undefined;
  readonly storedAt: number;
  readonly expiresAt: number;
  readonly freshUntil: number | undefined;
  readonly body: Uint8Array;
  readonly cuts: StreamCuts | undefined;
  readonly usage: Usage | undefined;
  readonly target: TargetName | undefined;
  readonly owner: string | undefined;
  readonly tags: readonly string[] | undefined;

  constructor(fields: Omit<CacheEntry, 'version'>) {
    this.key = fields.key;
    this.scope = fields.scope;
    this.text = fields.text;
    this.storedAt = fields.storedAt;
    this.expiresAt = fields.expiresAt;
    this.freshUntil = fields.freshUntil;
    this.body = fields.body;
    this.cuts = fields.cuts;
    this.usage = fields.usage;
    this.target = fields.target;
    this.owner = fields.owner;
    this.tags = fields.tags;
    Object.freeze(this);
  }

  /** Whether it was made here, and is no copy. */
  static isMade(entry: CacheEntry): boolean {
    return #made in entry;
  }
}

/** Looks over an entry from a store. `undefined` means: believe it. */
export function findEntryFault(
  entry: unknown,
  expected: { key: string; now: number; maxBytes: number },
): string | undefined {
  if (typeof entry !== 'object' || entry === null) return 'store-shape';
  const { version, key, scope, text, storedAt, expiresAt, freshUntil, body, usage, owner, tags } =
    entry as Partial<CacheEntry>;
  const { cuts } = entry as Partial<CacheEntry>;
  if (version !== entryVersion || !(body instanceof Uint8Array)) return 'store-shape';
  if (key !== expected.key) return 'store-key';
  if (!isOptionalText(scope) || !isOptionalText(text) || !isUsage(usage)) return 'store-shape';
  if (!isTime(storedAt) || !isTime(expiresAt) || storedAt > expected.now + clockSkewMs)
    return 'store-shape';
  if (freshUntil !== undefined && !isTime(freshUntil)) return 'store-shape';
  if (!areOptionalCuts(cuts)) return 'store-shape';
  if (!isOptionalText(owner) || (tags !== undefined && !Array.isArray(tags))) return 'store-shape';
  if (expiresAt <= expected.now) return 'stale';
  return body.byteLength > expected.maxBytes || body.byteLength === 0 ? 'store-size' : undefined;
}

/** Until when an entry is served while the upstream is well. */
export function freshUntilOf({ freshUntil, expiresAt }: CacheEntry): number {
  return Math.min(freshUntil ?? expiresAt, expiresAt);
}

/** Another machine's clock may run ahead of ours by this much. */
const clockSkewMs = 60_000;

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function areOptionalCuts(value: unknown): boolean {
  if (value === undefined) return true;
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every((sizes) => typeof sizes === 'string');
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

function isUsage(value: unknown): boolean {
  if (value === undefined) return true;
  if (typeof value !== 'object' || value === null) return false;
  const { inputTokens, outputTokens } = value as Partial<Usage>;
  return isTime(inputTokens) && isTime(outputTokens);
}
