/** Errors that become answers, and those that a program should see. */
import { createContextKey } from './context-key.ts';

const requestErrorBrand = Symbol.for('@wintergate/core/RequestError');
const notReplayableBrand = Symbol.for('@wintergate/core/BodyNotReplayableError');
const orderErrorBrand = Symbol.for('@wintergate/core/OrderError');

/** What an answer about a failure says, before a dialect has given it its form. */
export interface ErrorDetails {
  /** HTTP status. */
  readonly status: number;
  /** Class in OpenAI's words: `invalid_request_error`, `authentication_error`, `rate_limit_error`, … */
  readonly type: string;
  readonly message: string;
  /** Stable, machine-readable, such as `context_length_exceeded`. */
  readonly code?: string | null | undefined;
  /** The field at fault, such as `messages[3].content`. */
  readonly param?: string | null | undefined;
  /** Extra headers, such as `retry-after`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Whether the same call can succeed later; sets `x-should-retry`. Default: only for 429, 502, 503 and 504. */
  readonly retry?: boolean | undefined;
}

/** Writes an error as one dialect does. Set per request by wire's `dialects()`. */
export interface ErrorFormat {
  /** A whole body. */
  body(error: ErrorDetails): { contentType: string; body: string };
  /** The event(s) that end a stream in failure, framed, as text. No success marker follows them. */
  streamEvent(error: ErrorDetails): string;
}

/** How errors are written for this caller. OpenAI's form when absent. */
export const errorFormatKey = /* @__PURE__ */ createContextKey<ErrorFormat>(
  '@wintergate/core/error-format',
);

/**
 * The caller's request can not be served. `compose` turns it into an answer in the caller's dialect.
 *
 * @example
 * throw new RequestError({ status: 400, type: 'invalid_request_error', message: 'Expected an array', param: 'messages' });
 */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly details: ErrorDetails;
  /** Where in the request: `body`, `header`, `url` or `query`. */
  readonly where: string;

  constructor(details: ErrorDetails & { where?: string }, options?: ErrorOptions) {
    super(details.message, options);
    const { where, ...rest } = details;
    this.details = rest;
    this.where = where ?? 'body';
    Object.defineProperty(this, requestErrorBrand, { value: true });
  }

  get status(): number {
    return this.details.status;
  }

  /** Also true for an instance made by another copy of this package. */
  static isInstance(value: unknown): value is RequestError {
    return hasBrand(value, requestErrorBrand);
  }
}

/** `next` was called again with a body that has been sent and was not remembered. */
export class BodyNotReplayableError extends Error {
  override readonly name = 'BodyNotReplayableError';

  constructor() {
    super(
      'Call next() once for a request whose body is a stream: read it with context.bytes() first, or check context.replayable()',
    );
    Object.defineProperty(this, notReplayableBrand, { value: true });
  }

  static isInstance(value: unknown): value is BodyNotReplayableError {
    return hasBrand(value, notReplayableBrand);
  }
}

/** A chain in an order that opens a hole. */
export class OrderError extends Error {
  override readonly name = 'OrderError';

  constructor(message: string) {
    super(message);
    Object.defineProperty(this, orderErrorBrand, { value: true });
  }

  static isInstance(value: unknown): value is OrderError {
    return hasBrand(value, orderErrorBrand);
  }
}

function hasBrand(value: unknown, brand: symbol): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as Record<symbol, unknown>)[brand] === true
  );
}

/** OpenAI's error form: the default for callers of no known dialect. */
export const openaiErrorFormat: ErrorFormat = {
  body: (error) => ({ contentType: 'application/json', body: JSON.stringify(openaiError(error)) }),
  streamEvent: (error) => `data: ${JSON.stringify(openaiError(error))}\n\n`,
};

function openaiError({ message, type, param, code }: ErrorDetails): object {
  return { error: { message, type, param: param ?? null, code: code ?? null } };
}
