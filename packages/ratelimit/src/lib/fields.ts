/** The header fields that tell a caller where it stands. */
import type { Limit } from './options.ts';
import { policyItem } from './options.ts';
import { serializeInteger } from './structured-fields.ts';
import type { TakeResult } from './types.ts';

/** One enforced limit and how its take went. */
export interface LimitReport {
  readonly limit: Limit;
  readonly result: TakeResult;
}

/**
 * `RateLimit-Policy` and `RateLimit` as lists of items (draft-ietf-httpapi-ratelimit-headers-08 and
 * later). The policy stays the same from answer to answer.
 *
 * @param shown those of `reports` to be listed in `RateLimit`.
 */
export function ietfFields(
  reports: readonly LimitReport[],
  shown: readonly LimitReport[] = reports,
): Record<string, string> {
  return {
    'ratelimit-policy': reports.map(policyOf).join(', '),
    ratelimit: shown.map(stateOf).join(', '),
  };
}

/** The fields that OpenAI's clients read, for the limit that is closest to its end. */
export function openaiFields(reports: readonly LimitReport[]): Record<string, string> {
  let tightest: LimitReport | undefined;
  for (const report of reports) {
    if (tightest === undefined || share(report) < share(tightest)) tightest = report;
  }
  if (tightest === undefined) return {};
  return {
    'x-ratelimit-limit-requests': String(quotaOf(tightest)),
    'x-ratelimit-remaining-requests': String(tightest.result.remaining),
    'x-ratelimit-reset-requests': shortDuration(waitOf(tightest)),
  };
}

/** `1h2m3s`, `12s`, `250ms`: as OpenAI writes durations. Rounded up. */
export function shortDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.ceil(milliseconds)}ms`;
  const seconds = Math.ceil(milliseconds / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = seconds % 60;
  return `${hours > 0 ? `${hours}h` : ''}${minutes > 0 ? `${minutes}m` : ''}${rest > 0 ? `${rest}s` : ''}`;
}

export function quotaOf({ limit, result }: LimitReport): number {
  return result.quota ?? limit.rule.quota;
}

/** Milliseconds until there is more for this caller. */
export function waitOf({ result }: LimitReport): number {
  return result.allowed ? result.resetMs : result.retryMs;
}

function policyOf(report: LimitReport): string {
  const { rule, policy } = report.limit;
  const quota = quotaOf(report);
  return quota === rule.quota ? policy : policyItem(rule.name, quota, rule.windowMs);
}

function stateOf(report: LimitReport): string {
  const seconds = Math.ceil(waitOf(report) / 1000);
  const remaining = serializeInteger(report.result.remaining);
  return `${report.limit.item};r=${remaining};t=${serializeInteger(seconds)}`;
}

function share(report: LimitReport): number {
  return report.result.remaining / Math.max(1, quotaOf(report));
}
