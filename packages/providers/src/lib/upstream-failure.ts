/** Failures of an upstream as answers: in the caller's dialect, and without its internals. */
import { type Context, createReply, errorResponse, RequestError } from '@wintergate/core';
import {
  classifyFailure,
  type FailureClass,
  isRetryable,
  type ModelCall,
  type ReplyError,
  type TargetDialect,
} from '@wintergate/wire';
import { hideInJson, hideSecrets } from './hide-credential.ts';
import { readAtMost } from './read-at-most.ts';
import { CredentialError } from './upstream-request.ts';

/** Error bodies are read up to here; a longer one is not an API's. */
const maxErrorBytes = 64 * 1024;

/** An answer that is a failure, and its class. */
export interface UpstreamFailure {
  readonly response: Response;
  readonly failure: FailureClass;
}

/** What was thrown on the way to an answer: nobody answered, or not in time. */
export function thrownAnswer(error: unknown, context: Context): UpstreamFailure {
  if (RequestError.isInstance(error)) {
    const { code, type, message } = error.details;
    const failure = classifyFailure({
      status: error.status,
      error: { message, type, code: code ?? undefined },
    });
    return { response: errorResponse(error.details, context), failure };
  }
  if (error instanceof CredentialError) {
    context.emit({ type: 'background-error', message: error.message });
    return { response: credentialAnswer(undefined, context), failure: 'auth' };
  }
  const late = classifyFailure({ thrown: error }) === 'timeout';
  const response = errorResponse(
    {
      status: late ? 504 : 502,
      type: 'server_error',
      code: late ? 'upstream_timeout' : 'upstream_unreachable',
      message: late ? 'The upstream did not answer in time' : 'The upstream could not be reached',
    },
    context,
  );
  return { response, failure: late ? 'timeout' : 'network' };
}

/** The upstream answered, but with nothing that its API would answer. */
export function malformed(detail: string, context: Context): UpstreamFailure {
  const message = `The upstream sent a malformed answer: ${detail}`;
  const response = errorResponse(
    { status: 502, type: 'server_error', code: 'upstream_malformed', message },
    context,
  );
  return { response, failure: 'server' };
}

/**
 * An error status on an AI call. A JSON body goes on as it is; HTML and the like become an error in
 * the caller's dialect. What an upstream says about a credential that is not the caller's (parts of
 * the key, the account) is not told.
 *
 * @param secrets of the target's own credential; `undefined` when it is the caller's.
 */
export async function errorAnswer(
  given: Response,
  call: ModelCall,
  secrets: readonly string[] | undefined,
  context: Context,
  from: TargetDialect = call.dialect,
): Promise<UpstreamFailure> {
  const bytes = await readAtMost(given, maxErrorBytes, context.signal);
  const body = parse(bytes);
  const error = from.readError(given.status, body);
  const reply = withAdvice(given, error);
  const failure = classifyFailure({ status: reply.status, error });
  if (secrets !== undefined && isAboutCredential(reply.status, failure)) {
    return { response: credentialAnswer(reply, context), failure };
  }
  if (secrets !== undefined && isAboutAccount(reply.status, failure)) {
    return { response: accountAnswer(reply.status, reply, failure, context), failure };
  }
  if (from !== call.dialect) {
    const { type = 'invalid_request_error', code, param } = error;
    const message = secrets === undefined ? error.message : hideSecrets(error.message, secrets);
    const details = { status: reply.status, type, code, param, message };
    const retry = isRetryable(failure);
    return {
      response: errorResponse({ ...details, headers: adviceOf(reply), retry }, context),
      failure,
    };
  }
  if (typeof body === 'object' && body !== null && bytes !== undefined) {
    const shown = secrets === undefined ? bytes : hideInJson(bytes, body, secrets);
    if (shown !== undefined) {
      const { status, headers } = reply;
      return { response: createReply({ status, headers, body: shown }), failure };
    }
  }
  const { status } = reply;
  const type =
    status === 429 ? 'rate_limit_error' : status < 500 ? 'invalid_request_error' : 'server_error';
  const message = `The upstream answered with status ${status}`;
  const response = errorResponse(
    { status, type, message, headers: adviceOf(reply), retry: isRetryable(failure) },
    context,
  );
  return { response, failure };
}

/** With `retry-after` from the body, where the headers say nothing (Google). The body is read already. */
function withAdvice(reply: Response, { retryAfter }: ReplyError): Response {
  const { status } = reply;
  const headers = new Headers(reply.headers);
  if (retryAfter === undefined || headers.has('retry-after') || headers.has('retry-after-ms'))
    return reply;
  headers.set('retry-after', String(Math.ceil(retryAfter)));
  return createReply({ status, headers });
}

/** Whether an upstream refuses the credential, and not what was asked. */
export function isAboutCredential(status: number, failure: FailureClass): boolean {
  return (status === 401 || status === 403) && failure !== 'content-policy';
}

/** What the caller hears when the upstream refused a credential that is not theirs. */
export function credentialAnswer(reply: Response | undefined, context: Context): Response {
  const status = reply?.status ?? 401;
  const headers = reply === undefined ? {} : adviceOf(reply);
  const message = 'The upstream refused the credential of this gateway';
  return errorResponse(
    {
      status,
      type: 'authentication_error',
      code: 'upstream_authentication',
      message,
      headers,
      retry: false,
    },
    context,
  );
}

/** Whether a failure is the account's, or the upstream's own: its words are not for the caller. */
export function isAboutAccount(status: number, failure: FailureClass): boolean {
  return status === 429 || status >= 500 || failure === 'money';
}

/** In our words, type, code and message. */
const accountWords: { readonly [F in FailureClass]?: readonly [string, string, string] } = {
  'rate-limit': ['rate_limit_error', 'rate_limit_exceeded', 'The upstream is limiting requests'],
  overload: ['server_error', 'upstream_overloaded', 'The upstream is overloaded'],
  timeout: ['server_error', 'upstream_timeout', 'The upstream did not answer in time'],
  money: ['server_error', 'upstream_quota', 'The upstream account of this gateway is used up'],
  'context-length': [
    'invalid_request_error',
    'context_length_exceeded',
    'The prompt is too long for the model',
  ],
  'content-policy': [
    'invalid_request_error',
    'content_policy_violation',
    'The upstream refused the content',
  ],
  'not-found': ['invalid_request_error', 'model_not_found', 'The upstream does not have the model'],
};

/**
 * What the caller hears of a failure with a credential that is not theirs: status and class, and
 * when to come again. A used-up account is no limit of the caller's: 503, not to be retried.
 */
export function accountAnswer(
  status: number,
  reply: Response | undefined,
  failure: FailureClass,
  context: Context,
): Response {
  const [type, code, message] = accountWords[failure] ?? [
    'server_error',
    'upstream_error',
    'The upstream failed',
  ];
  const headers: Record<string, string> = {};
  reply?.headers.forEach((value, name) => {
    if (name !== 'content-type') headers[name] = value;
  });
  const retry = isRetryable(failure) && headers['x-should-retry'] !== 'false';
  delete headers['x-should-retry'];
  return errorResponse(
    { status: failure === 'money' ? 503 : status, type, code, message, headers, retry },
    context,
  );
}

/** Headers that advise when to try again. */
function adviceOf(reply: Response): Record<string, string> {
  const advice: Record<string, string> = {};
  for (const name of ['retry-after', 'retry-after-ms', 'x-ms-retry-after-ms']) {
    const value = reply.headers.get(name);
    if (value !== null) advice[name] = value;
  }
  return advice;
}

function parse(bytes: Uint8Array | undefined): unknown {
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
