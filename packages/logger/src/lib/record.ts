/** From what was collected to the record of one exchange. Runs when its batch is written. */
import type { Usage } from '@wintergate/core';
import { type Cost, costOf, savedUsd } from './cost.ts';
import {
  attemptOf,
  cacheOf,
  cut,
  limitOf,
  listOf,
  rounded,
  routeOf,
  short,
  verdictOf,
} from './event-values.ts';
import type { Exchange, RequestFacts } from './exchange.ts';
import { Field, providerName } from './names.ts';
import type { Settings } from './options.ts';
import type { LogPrices, LogRecord, LogValue } from './types.ts';

/** @param dropped records lost since the last one that was written. */
export function toRecord(exchange: Exchange, settings: Settings, dropped: number): LogRecord {
  const { facts } = exchange;
  if (facts === undefined) throw new TypeError('Seal the exchange before it is written');
  const cost = settings.prices === undefined ? undefined : costOf(exchange, settings.prices);
  const record: Fields = {};
  putRequest(record, exchange, facts);
  putReply(record, exchange);
  putUsage(record, facts.usage);
  putCost(record, cost, settings);
  putSaved(record, exchange, settings);
  putOutcome(record, exchange, facts);
  putEvents(record, exchange);
  for (const name in facts.content) {
    const value = facts.content[name];
    if (value !== undefined) record[name] = value;
  }
  if (dropped > 0) record[Field.dropped] = dropped;
  if (settings.sample < 1) record[Field.sampleRate] = settings.sample;
  for (const [name, value] of facts.headers) record[Field.requestHeader + name] = [cut(value)];
  return record;
}

// Each field is set where its name stands: V8 makes a table of an object whose fields come by name (see `Field`).

function putRequest(record: Fields, exchange: Exchange, facts: RequestFacts): void {
  const { dialect, operation, stream, outcome } = facts;
  const { status } = exchange;
  const tenant = short(facts.tenant);
  const method = short(facts.method);
  const model = short(facts.model);
  const host = short(outcome.target?.host);
  const error = errorTypeOf(exchange);
  record[Field.timestamp] = new Date(exchange.startedAt).toISOString();
  record[Field.requestId] = facts.requestId;
  if (tenant !== undefined) record[Field.tenant] = tenant;
  if (method !== undefined) record[Field.method] = method;
  record[Field.path] = cut(pathOf(facts.url));
  if (dialect !== undefined) record[Field.dialect] = dialect;
  if (operation !== undefined) record[Field.operation] = operation;
  if (outcome.target) record[Field.provider] = providerName(outcome.target.provider);
  if (model !== undefined) record[Field.requestModel] = model;
  if (stream !== undefined) record[Field.requestStream] = stream;
  if (host !== undefined) record[Field.serverAddress] = host;
  if (status !== undefined) record[Field.status] = status;
  if (error !== undefined) record[Field.errorType] = error;
}

function putReply(record: Fields, { reply, firstTokenMs, headersMs, durationMs }: Exchange): void {
  const id = short(reply.id);
  const model = short(reply.model);
  const reasons = listOf(reply.finishReasons, cut);
  if (id !== undefined) record[Field.responseId] = id;
  if (model !== undefined) record[Field.responseModel] = model;
  if (reasons !== undefined) record[Field.finishReasons] = reasons;
  if (firstTokenMs !== undefined) record[Field.timeToFirstChunk] = firstTokenMs / 1000;
  if (headersMs !== undefined) record[Field.headersMs] = rounded(headersMs);
  if (durationMs !== undefined) record[Field.durationMs] = rounded(durationMs);
}

function putUsage(record: Fields, usage: Usage | undefined): void {
  if (usage === undefined) return;
  const { cachedInputTokens, cacheWriteTokens, reasoningTokens, estimated } = usage;
  record[Field.inputTokens] = usage.inputTokens;
  record[Field.outputTokens] = usage.outputTokens;
  if (cachedInputTokens !== undefined) record[Field.cachedInputTokens] = cachedInputTokens;
  if (cacheWriteTokens !== undefined) record[Field.cacheWriteTokens] = cacheWriteTokens;
  if (reasoningTokens !== undefined) record[Field.reasoningTokens] = reasoningTokens;
  if (estimated !== undefined) record[Field.usageEstimated] = estimated;
}

function putOutcome(record: Fields, exchange: Exchange, { outcome }: RequestFacts): void {
  const { reply, end, read, outputBytes } = exchange;
  const inputBytes = read?.inputBytes ?? exchange.contentLength;
  record[Field.source] = outcome.source;
  if (outcome.ended !== undefined) record[Field.ended] = outcome.ended;
  record[Field.complete] = outcome.complete || reply.complete;
  if (end?.settled !== undefined) record[Field.settled] = end.settled;
  if (inputBytes !== undefined) record[Field.inputBytes] = inputBytes;
  if (outputBytes !== undefined) record[Field.outputBytes] = outputBytes;
}

function putEvents(record: Fields, exchange: Exchange): void {
  const route = routeOf(exchange);
  const attempts = listOf(exchange.attempts, attemptOf);
  const cache = cacheOf(exchange);
  const limits = listOf(exchange.limits, limitOf);
  const verdicts = listOf(exchange.verdicts, verdictOf);
  const notices = short(exchange.notices);
  const errors = listOf(exchange.errors, cut);
  if (route !== undefined) record[Field.route] = route;
  if (attempts !== undefined) record[Field.attempts] = attempts;
  if (cache !== undefined) record[Field.cache] = cache;
  if (limits !== undefined) record[Field.limits] = limits;
  if (verdicts !== undefined) record[Field.verdicts] = verdicts;
  if (notices !== undefined) record[Field.notices] = notices;
  if (errors !== undefined) record[Field.errors] = errors;
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
  record[Field.cost] = roundedUsd(cost.usd);
  if (cost.priced) putPriceDate(record, prices);
}

/** What an answer from the cache would have cost, as far as it is known who made it. */
function putSaved(record: Fields, { cache }: Exchange, { prices }: Settings): void {
  const { saved } = cache ?? {};
  if (saved === undefined) return;
  const { usage, target } = saved;
  const usd = prices && target && savedUsd(usage, target, prices);
  record[Field.savedInputTokens] = usage.inputTokens;
  record[Field.savedOutputTokens] = usage.outputTokens;
  if (usd === undefined) return;
  record[Field.savedCost] = roundedUsd(usd);
  putPriceDate(record, prices);
}

function putPriceDate(record: Fields, prices: LogPrices | undefined): void {
  if (prices?.priceTableDate !== undefined) record[Field.priceDate] = prices.priceTableDate;
}

/** A tenth of a millionth of a dollar: below what one token of any model costs. */
function roundedUsd(usd: number): number {
  return Math.round(usd * 1e10) / 1e10;
}

/** Without its query, which may hold a key. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2);
  if (start === -1) return '/';
  const end = url.slice(start).search(/[?#]/);
  return end === -1 ? url.slice(start) : url.slice(start, start + end);
}

type Fields = Record<string, LogValue>;
