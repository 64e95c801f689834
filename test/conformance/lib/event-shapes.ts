/** The closed union of events as a table, so that what is emitted can be checked while it runs. */
import type { GatewayEvent } from '@wintergate/core';

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const count: Check = (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const flag: Check = (value) => typeof value === 'boolean';
const list =
  (item: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(item);
const maybe =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(value as string);

const target = shape({ provider: text, model: maybe(text), host: maybe(text) });
const usage = shape({
  inputTokens: count,
  outputTokens: count,
  cachedInputTokens: maybe(count),
  cacheWriteTokens: maybe(count),
  reasoningTokens: maybe(count),
  estimated: maybe(flag),
});
const outcome = shape({
  source: oneOf('upstream', 'cache', 'flight', 'guard', 'limit', 'none'),
  target: maybe(target),
  usage: maybe(usage),
  complete: flag,
  ended: oneOf('completed', 'cancelled', 'failed'),
});
const finding = shape({ detector: text, category: text, path: text, action: text });

const shapes: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  'call-read': {
    dialect: text,
    operation: text,
    requestModel: maybe(text),
    stream: flag,
    inputBytes: count,
  },
  'cache-lookup': {
    result: oneOf('hit', 'miss', 'bypass', 'stale', 'flight'),
    tier: maybe(oneOf('exact', 'semantic')),
    detail: maybe(text),
    similarity: maybe((value) => typeof value === 'number'),
    key: maybe(text),
    age: maybe(count),
    saved: maybe(shape({ usage, target: maybe(target) })),
    durationMs: count,
  },
  'cache-audit': { right: flag, similarity: (value) => typeof value === 'number' },
  'cache-store': { stored: flag, detail: maybe(text), bytes: maybe(count) },
  'limit-check': {
    limit: text,
    key: text,
    allowed: flag,
    enforced: flag,
    quota: count,
    remaining: count,
    resetMs: count,
    failure: maybe(oneOf('open', 'closed')),
  },
  'limit-settle': { limit: text, key: text, reserved: count, settled: count },
  'guard-verdict': {
    phase: oneOf('request', 'reply'),
    verdict: oneOf('allow', 'flag', 'block'),
    findings: list(finding),
    uninspected: maybe(list(text)),
    durationMs: count,
  },
  'route-select': {
    requestModel: maybe(text),
    rule: text,
    candidates: list(target),
    reason: text,
  },
  'attempt-start': { attempt: count, target },
  'attempt-end': {
    attempt: count,
    target,
    ok: flag,
    status: maybe(count),
    failure: maybe(text),
    durationMs: count,
  },
  'usage-report': { usage, target: maybe(target) },
  'response-start': { status: count, durationMs: count },
  'first-token': { durationMs: count },
  'response-end': { status: count, outcome, durationMs: count, outputBytes: count },
  'exchange-end': { outcome, settled: flag, durationMs: count },
  'background-error': { message: text },
};

/** What is wrong with an event, in words; empty when nothing is. */
export function faultsOf(event: GatewayEvent): string[] {
  const { type, requestId, time, ...fields } = event as Record<string, unknown>;
  const faults: string[] = [];
  if (!text(requestId) || !count(time)) faults.push(`${type}: no request id or time`);
  if (!isPlain(fields)) faults.push(`${type}: can not be serialised`);
  const known = shapes[String(type)];
  if (known === undefined) {
    if (!String(type).includes(':')) faults.push(`${type}: unknown type`);
    return faults;
  }
  for (const name of new Set([...Object.keys(known), ...Object.keys(fields)])) {
    const check = known[name];
    if (check === undefined) faults.push(`${type}: unknown field "${name}"`);
    else if (!check(fields[name])) {
      faults.push(`${type}: bad field "${name}": ${JSON.stringify(fields[name])}`);
    }
  }
  return faults;
}

function shape(fields: Readonly<Record<string, Check>>): Check {
  return (value) => {
    if (typeof value !== 'object' || value === null) return false;
    const given = value as Record<string, unknown>;
    const names = new Set([...Object.keys(fields), ...Object.keys(given)]);
    return [...names].every((name) => fields[name]?.(given[name]) === true);
  };
}

/** JSON gives back the same, members that are undefined aside. */
function isPlain(value: unknown): boolean {
  try {
    return JSON.stringify(JSON.parse(JSON.stringify(value))) === JSON.stringify(value);
  } catch {
    return false;
  }
}
