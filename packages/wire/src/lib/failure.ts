/** What went wrong upstream, in the words that retries and failover decide by. */
import type { FailureClass, ReplyError } from './types.ts';

/** What is known of a failure; any part may be missing. */
export interface Failure {
  /** HTTP status of the answer. */
  readonly status?: number | undefined;
  /** The error as `dialect.readError` or a stream's error delta gave it. */
  readonly error?: ReplyError | undefined;
  /** What the transport threw. */
  readonly thrown?: unknown;
}

/** Codes and types that decide by themselves, whatever the status: hosts disagree about statuses. */
const byName: readonly (readonly [RegExp, FailureClass])[] = [
  [
    /billing|upstream_quota|insufficient_(quota|balance|credits)|credit_balance|spend_limit/,
    'money',
  ],
  [/context_(length|window)|string_above_max/, 'context-length'],
  [/content_(filter|policy)|moderation|responsibleai|^safety$/, 'content-policy'],
  [/not_?found/, 'not-found'],
  [/api_key|authenticat|permission|account_deactivated/, 'auth'],
  [/overload|slow_down|unavailable|capacity|notready/, 'overload'],
  [/rate_?limit|resource_exhausted|throttl|too_many/, 'rate-limit'],
  [/timeout|deadline/, 'timeout'],
];

const byMessage: readonly (readonly [RegExp, FailureClass])[] = [
  [/credit balance is too low|spend(ing)? limit/i, 'money'],
  [
    /maximum context length|prompt is too long|context (length|window) (was |is )?exceeded|exceeds the (maximum|context)|input token count/i,
    'context-length',
  ],
];

/**
 * Names the class of a failure: first from what was thrown, then from the error's code and type,
 * then from the status. A failure that says nothing at all is `server`.
 */
export function classifyFailure(input: Failure): FailureClass {
  if (input.thrown !== undefined) return classifyThrown(input.thrown);
  const { error } = input;
  const status = input.status !== undefined && input.status >= 400 ? input.status : error?.status;
  if (status === 402) return 'money';
  const named = classifyNamed(error?.code) ?? classifyNamed(error?.type);
  // A single request over a per-minute quota (413) does not fit later either.
  if (named === 'rate-limit' && status === 413) return 'context-length';
  if (named !== undefined) return named;
  if (error !== undefined && (status === undefined || status < 500)) {
    const message = error.message.slice(0, 1000);
    for (const [pattern, failure] of byMessage) if (pattern.test(message)) return failure;
  }
  if (status !== undefined) return classifyStatus(status);
  return error?.type === 'invalid_request_error' ? 'bad-request' : 'server';
}

/** Whether the same call to the same target may succeed when sent again. */
export function isRetryable(failure: FailureClass): boolean {
  return (
    failure === 'rate-limit' ||
    failure === 'overload' ||
    failure === 'server' ||
    failure === 'timeout' ||
    failure === 'network'
  );
}

function classifyNamed(name: string | undefined): FailureClass | undefined {
  if (name === undefined) return undefined;
  const lower = name.slice(0, 100).toLowerCase();
  for (const [pattern, failure] of byName) if (pattern.test(lower)) return failure;
  return undefined;
}

function classifyStatus(status: number): FailureClass {
  if (status === 401 || status === 403) return 'auth';
  if (status === 404 || status === 410) return 'not-found';
  if (status === 408 || status === 504 || status === 522 || status === 524) return 'timeout';
  if (status === 429) return 'rate-limit';
  // 424: the model behind the host failed; 498 (Groq) and 529 (Anthropic): no capacity.
  if (status === 424 || status === 498 || status === 503 || status === 529) return 'overload';
  // 409 and 425 are locks that time out; 499 is an upstream that gave up on its own upstream.
  if (status >= 500 || status === 409 || status === 425 || status === 499) return 'server';
  return status >= 400 ? 'bad-request' : 'server';
}

function classifyThrown(thrown: unknown): FailureClass {
  const seen = thrown as { name?: unknown; code?: unknown; cause?: { code?: unknown } } | null;
  if (seen?.name === 'AbortError') return 'cancelled';
  if (seen?.name === 'TimeoutError') return 'timeout';
  const code = String(seen?.code ?? seen?.cause?.code ?? '');
  return /TIMEOUT|TIMEDOUT/.test(code) ? 'timeout' : 'network';
}
