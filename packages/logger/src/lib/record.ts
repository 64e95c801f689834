/** From what was collected to the record of one exchange. Runs when its batch is written. */
import { type Cost, costOf, savedUsd } from './cost.ts';
import type { Exchange } from './exchange.ts';
import { names, providerName } from './names.ts';
import type { Settings } from './options.ts';
import type { LogRecord, LogValue } from './types.ts';

/** Longest text from a caller or an upstream that stands in a record as it came. */
const maxText = 256;

/** @param dropped records lost since the last one that was written. */
export function toRecord(exchange: Exchange, settings: Settings, dropped: number): LogRecord {
  const { facts, reply } = exchange;
  if (facts === undefined) throw new TypeError('Seal the exchange before it is written');
  const { outcome, usage } = facts;
  const cost = settings.prices === undefined ? undefined : costOf(exchange, settings.prices);
  const record: Fields = {};
  put(record, names.timestamp, new Date(exchange.startedAt).toISOString());
  put(record, names.requestId, facts.requestId);
  put(record, names.tenant, short(facts.tenant));
  put(record, names.method, short(facts.method));
  put(record, names.path, short(pathOf(facts.url)));
  put(record, names.dialect, facts.dialect);
  put(record, names.operation, facts.operation);
  put(record, names.provider, outcome.target && providerName(outcome.target.provider));
  put(record, names.requestModel, short(facts.model));
  put(record, names.requestStream, facts.stream);
  put(record, names.serverAddress, short(outcome.target?.host));
  put(record, names.status, exchange.status);
  put(record, names.errorType, errorTypeOf(exchange));
  put(record, names.responseId, short(reply.id));
  put(record, names.responseModel, short(reply.model));
  put(record, names.finishReasons, listOf(reply.finishReasons, cut));
  put(record, names.timeToFirstChunk, inSeconds(exchange.firstTokenMs));
  put(record, names.headersMs, rounded(exchange.headersMs));
  put(record, names.durationMs, rounded(exchange.durationMs));
  put(record, names.inputTokens, usage?.inputTokens);
  put(record, names.outputTokens, usage?.outputTokens);
  put(record, names.cachedInputTokens, usage?.cachedInputTokens);
  put(record, names.cacheWriteTokens, usage?.cacheWriteTokens);
  put(record, names.reasoningTokens, usage?.reasoningTokens);
  put(record, names.usageEstimated, usage?.estimated);
  putCost(record, cost, settings);
  putSaved(record, exchange, settings);
  put(record, names.source, outcome.source);
  put(record, names.ended, outcome.ended);
  put(record, names.complete, outcome.complete || reply.complete);
  put(record, names.settled, exchange.end?.settled);
  put(record, names.inputBytes, exchange.read?.inputBytes ?? exchange.contentLength);
  put(record, names.outputBytes, exchange.outputBytes);
  put(record, names.route, routeOf(exchange));
  put(record, names.attempts, listOf(exchange.attempts, attemptOf));
  put(record, names.cache, cacheOf(exchange));
  put(record, names.limits, listOf(exchange.limits, limitOf));
  put(record, names.verdicts, listOf(exchange.verdicts, verdictOf));
  put(record, names.notices, short(exchange.notices));
  put(record, names.errors, listOf(exchange.errors, cut));
  for (const name in facts.content) put(record, name, facts.content[name]);
  put(record, names.dropped, dropped > 0 ? dropped : undefined);
  put(record, names.sampleRate, settings.sample < 1 ? settings.sample : undefined);
  for (const [name, value] of facts.headers) record[names.requestHeader + name] = [cut(value)];
  return record;
}

/** What went wrong, in one word: `undefined` when nothing did. */
export function errorTypeOf({ end, status, attempts }: Exchange): string | undefined {
  const ended = end?.outcome.ended;
  if (ended === 'cancelled') return 'cancelled';
  const failed = (status ?? 0) >= 400 || ended === 'failed';
  if (!failed) return undefined;
  const last = attempts[attempts.length - 1]?.failure;
  if (last !== undefined && end?.outcome.source === 'upstream') return last;
  return (status ?? 0) >= 400 ? String(status) : 'stream';
}

/** Whether sampling may not leave it out. */
export function isNotable(exchange: Exchange): boolean {
  return (
    errorTypeOf(exchange) !== undefined ||
    exchange.errors.length > 0 ||
    exchange.verdicts.some(({ verdict }) => verdict !== 'allow')
  );
}

function putCost(record: Fields, cost: Cost | undefined, { prices }: Settings): void {
  if (cost === undefined) return;
  put(record, names.cost, roundedUsd(cost.usd));
  if (cost.priced) put(record, names.priceDate, prices?.priceTableDate);
}

/** What an answer from the cache would have cost, as far as it is known who made it. */
function putSaved(record: Fields, { cache }: Exchange, { prices }: Settings): void {
  const { saved } = cache ?? {};
  if (saved === undefined) return;
  const { usage, target } = saved;
  const usd = prices && target && savedUsd(usage, target, prices);
  put(record, names.savedInputTokens, usage.inputTokens);
  put(record, names.savedOutputTokens, usage.outputTokens);
  if (usd === undefined) return;
  put(record, names.savedCost, roundedUsd(usd));
  put(record, names.priceDate, prices?.priceTableDate);
}

/** A tenth of a millionth of a dollar: below what one token of any model costs. */
function roundedUsd(usd: number): number {
  return Math.round(usd * 1e10) / 1e10;
}

function routeOf({ route }: Exchange): LogValue | undefined {
  if (route === undefined) return undefined;
  const candidates = route.candidates
    .slice(0, 16)
    .map(({ provider, model }) => cut(`${provider}/${model ?? ''}`));
  return { rule: cut(route.rule), reason: cut(route.reason), candidates };
}

function attemptOf(event: Exchange['attempts'][number]): LogValue {
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

function cacheOf({ cache, stored }: Exchange): LogValue | undefined {
  if (cache === undefined) return undefined;
  return defined({
    result: cache.result,
    tier: cache.tier,
    detail: short(cache.detail),
    similarity: cache.similarity,
    key: cache.key,
    age_ms: rounded(cache.age),
    stored: stored?.stored,
    duration_ms: rounded(cache.durationMs),
  });
}

function limitOf(event: Exchange['limits'][number]): LogValue {
  const { limit, key, allowed, enforced, quota, remaining, failure } = event;
  return defined({ limit, key, allowed, enforced, quota, remaining, failure });
}

function verdictOf(event: Exchange['verdicts'][number]): LogValue {
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

function listOf<T>(items: readonly T[], toValue: (item: T) => LogValue): LogValue | undefined {
  return items.length === 0 ? undefined : items.map((item) => toValue(item));
}

/** Without its query, which may hold a key. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2);
  if (start === -1) return '/';
  const end = url.slice(start).search(/[?#]/);
  return end === -1 ? url.slice(start) : url.slice(start, start + end);
}

function cut(text: string): string {
  return text.length > maxText ? `${text.slice(0, maxText)}…` : text;
}

function short(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : cut(text);
}

function inSeconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}

/** A hundredth of a millisecond is more than a clock tells. */
function rounded(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Math.round(milliseconds * 100) / 100;
}

/** The fields that are there. */
function defined(fields: Record<string, LogValue | undefined>): LogValue {
  const kept: Fields = {};
  for (const name in fields) put(kept, name, fields[name]);
  return kept;
}

type Fields = Record<string, LogValue>;

/** One by one: a literal of as many computed names and a copy of it took five times as long (V8). */
function put(fields: Fields, name: string, value: LogValue | undefined): void {
  if (value !== undefined) fields[name] = value;
}
