/** Failures of an upstream as answers: in the caller's dialect, and without its internals. */
import { type Context, createReply, errorResponse, RequestError } from '@wintergate/core';
import { classifyFailure, type FailureClass, isRetryable, type ModelCall } from '@wintergate/wire';
import { hideInJson } from './hide-credential.ts';
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
  reply: Response,
  call: ModelCall,
  secrets: readonly string[] | undefined,
  context: Context,
): Promise<UpstreamFailure> {
  const bytes = await readAtMost(reply, maxErrorBytes, context.signal);
  const body = parse(bytes);
  const error = call.dialect.readError(reply.status, body);
  const failure = classifyFailure({ status: reply.status, error });
  if (secrets !== undefined && isAboutCredential(reply.status, failure)) {
    return { response: credentialAnswer(reply, context), failure };
  }
  if (typeof body === 'object' && body !== null && bytes !== undefined) {
    const shown = hideInJson(bytes, body, secrets ?? []);
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
