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
  const record: Record<string, LogValue | undefined> = {
    [names.timestamp]: new Date(exchange.startedAt).toISOString(),
    [names.requestId]: facts.requestId,
    [names.tenant]: short(facts.tenant),
    [names.method]: short(facts.method),
    [names.path]: short(pathOf(facts.url)),
    [names.dialect]: facts.dialect,
    [names.operation]: facts.operation,
    [names.provider]: outcome.target && providerName(outcome.target.provider),
    [names.requestModel]: short(facts.model),
    [names.requestStream]: facts.stream,
    [names.serverAddress]: short(outcome.target?.host),
    [names.status]: exchange.status,
    [names.errorType]: errorTypeOf(exchange),
    [names.responseId]: short(reply.id),
    [names.responseModel]: short(reply.model),
    [names.finishReasons]:
      reply.finishReasons.length > 0 ? reply.finishReasons.map(cut) : undefined,
    [names.timeToFirstChunk]:
      exchange.firstTokenMs === undefined ? undefined : exchange.firstTokenMs / 1000,
    [names.headersMs]: rounded(exchange.headersMs),
    [names.durationMs]: rounded(exchange.durationMs),
    [names.inputTokens]: usage?.inputTokens,
    [names.outputTokens]: usage?.outputTokens,
    [names.cachedInputTokens]: usage?.cachedInputTokens,
    [names.cacheWriteTokens]: usage?.cacheWriteTokens,
    [names.reasoningTokens]: usage?.reasoningTokens,
    [names.usageEstimated]: usage?.estimated,
    ...costFields(cost, settings),
    ...savedFields(exchange, settings),
    [names.source]: outcome.source,
    [names.ended]: outcome.ended,
    [names.complete]: outcome.complete || reply.complete,
    [names.settled]: exchange.end?.settled,
    [names.inputBytes]: exchange.read?.inputBytes ?? exchange.contentLength,
    [names.outputBytes]: exchange.outputBytes,
    [names.route]: routeOf(exchange),
    [names.attempts]: listOf(exchange.attempts, attemptOf),
    [names.cache]: cacheOf(exchange),
    [names.limits]: listOf(exchange.limits, limitOf),
    [names.verdicts]: listOf(exchange.verdicts, verdictOf),
    [names.notices]: short(exchange.notices),
    [names.errors]: listOf(exchange.errors, cut),
    ...facts.content,
    [names.dropped]: dropped > 0 ? dropped : undefined,
    [names.sampleRate]: settings.sample < 1 ? settings.sample : undefined,
  };
  for (const [name, value] of facts.headers) record[names.requestHeader + name] = [cut(value)];
  return withoutAbsent(record);
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

function costFields(
  cost: Cost | undefined,
  { prices }: Settings,
): Record<string, LogValue | undefined> {
  if (cost === undefined) return {};
  return {
    [names.cost]: roundedUsd(cost.usd),
    [names.priceDate]: cost.priced ? prices?.priceTableDate : undefined,
  };
}

/** What an answer from the cache would have cost, as far as it is known who made it. */
function savedFields(
  { cache }: Exchange,
  { prices }: Settings,
): Record<string, LogValue | undefined> {
  const { saved } = cache ?? {};
  if (saved === undefined) return {};
  const { usage, target } = saved;
  const usd = prices && target && savedUsd(usage, target, prices);
  return {
    [names.savedInputTokens]: usage.inputTokens,
    [names.savedOutputTokens]: usage.outputTokens,
    [names.savedCost]: usd === undefined ? undefined : roundedUsd(usd),
    [names.priceDate]: usd === undefined ? undefined : prices?.priceTableDate,
  };
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

/** A hundredth of a millisecond is more than a clock tells. */
function rounded(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : Math.round(milliseconds * 100) / 100;
}

function defined(fields: Record<string, LogValue | undefined>): LogValue {
  return withoutAbsent(fields);
}

function withoutAbsent(fields: Record<string, LogValue | undefined>): LogRecord {
  const kept: Record<string, LogValue> = {};
  for (const name of Object.keys(fields)) {
    const value = fields[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}
