/** What the events of an exchange say, as values of its record. */
import type { Exchange } from './exchange.ts';
import type { LogValue } from './types.ts';

/** Longest text from a caller or an upstream that stands in a record as it came. */
const maxText = 256;

export function routeOf({ route }: Exchange): LogValue | undefined {
  if (route === undefined) return undefined;
  const candidates = route.candidates
    .slice(0, 16)
    .map(({ provider, model }) => cut(`${provider}/${model ?? ''}`));
  return { rule: cut(route.rule), reason: cut(route.reason), candidates };
}

export function attemptOf(event: Exchange['attempts'][number]): LogValue {
  const { attempt, target, ok, status, failure, durationMs } = event;
  return defined({
    attempt,
    provider: target.provider,
    model: short(target.model),
    host: short(target.host),
    ok,
    status,
    failure,
    duration_ms: rounded(durationMs),
  });
}

export function cacheOf({ cache, stored }: Exchange): LogValue | undefined {
  if (cache === undefined) return undefined;
  return defined({
    result: cache.result,
    tier: cache.tier,
    detail: short(cache.detail),
    similarity: cache.similarity,
    key: cache.key,
    age_ms: cache.age === undefined ? undefined : rounded(cache.age),
    stored: stored?.stored,
    duration_ms: rounded(cache.durationMs),
  });
}

export function limitOf(event: Exchange['limits'][number]): LogValue {
  const { limit, key, allowed, enforced, quota, remaining, failure } = event;
  return defined({ limit, key, allowed, enforced, quota, remaining, failure });
}

export function verdictOf(event: Exchange['verdicts'][number]): LogValue {
  const { phase, verdict, findings, uninspected, durationMs } = event;
  return defined({
    phase,
    verdict,
    findings: findings.slice(0, 50).map(({ detector, category, path, action }) => ({
      detector,
      category,
      path: cut(path),
      action,
    })),
    uninspected: uninspected?.slice(0, 16).map(cut),
    duration_ms: rounded(durationMs),
  });
}

export function listOf<T>(
  items: readonly T[],
  toValue: (item: T) => LogValue,
): LogValue | undefined {
  return items.length === 0 ? undefined : items.map((item) => toValue(item));
}

export function cut(text: string): string {
  return text.length > maxText ? `${text.slice(0, maxText)}…` : text;
}

export function short(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : cut(text);
}

/** A hundredth of a millisecond is more than a clock tells. */
export function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100;
}

/** The fields that are there. */
function defined(fields: Record<string, LogValue | undefined>): LogValue {
  const kept: Record<string, LogValue> = {};
  for (const name in fields) {
    const value = fields[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}
