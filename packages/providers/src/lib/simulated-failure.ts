/** Failures on request: what a bad upstream does, in words that fit a header. */

/** What goes wrong. Several may be combined where that makes sense, such as `status` and `retryAfter`. */
export interface SimulatedFailure {
  /** Answers with this error status instead. */
  readonly status?: number | undefined;
  /** Error code to go with `status`, such as `insufficient_quota`. */
  readonly code?: string | undefined;
  /** `retry-after` in seconds, to go with `status`. */
  readonly retryAfter?: number | undefined;
  /** Breaks the connection after so many content events; for JSON in the middle of the body. */
  readonly cutAfter?: number | undefined;
  /** With `cutAfter`: half of the next event still goes out. */
  readonly half?: boolean | undefined;
  /** Ends the stream cleanly, without its end marker, after so many content events. */
  readonly endAfter?: number | undefined;
  /** Never answers at all, until the caller gives up. */
  readonly stall?: boolean | undefined;
  /** Says nothing more after so many content events; for JSON in the middle of the body. */
  readonly stallAfter?: number | undefined;
  /** Answers 200 with something that is neither JSON nor events. */
  readonly garbage?: boolean | undefined;
  /** Answers 200 with no body. */
  readonly empty?: boolean | undefined;
  /** Answers a stream whose first event is an error; JSON callers get 200 with an error body. */
  readonly firstEventError?: boolean | undefined;
  /** The connection is refused: the call rejects as `fetch` does. */
  readonly network?: boolean | undefined;
  /** Waits so many milliseconds before it answers. */
  readonly delay?: number | undefined;
  /** Fails only the first so many attempts of an exchange. */
  readonly attempts?: number | undefined;
}

type Name = keyof SimulatedFailure;
const numbers: Readonly<Record<string, Name>> = {
  status: 'status',
  error: 'status',
  'retry-after': 'retryAfter',
  'cut-after': 'cutAfter',
  'end-after': 'endAfter',
  'stall-after': 'stallAfter',
  delay: 'delay',
  attempts: 'attempts',
};
const flags: Readonly<Record<string, SimulatedFailure>> = {
  stall: { stall: true },
  half: { half: true },
  garbage: { garbage: true },
  empty: { empty: true },
  'first-event-error': { firstEventError: true },
  network: { network: true },
};

/**
 * Reads the value of an `x-simulate` header, such as `error=429; retry-after=2`.
 *
 * @throws {TypeError} naming what is not understood.
 */
export function parseSimulatedFailure(text: string): SimulatedFailure {
  let failure: SimulatedFailure = {};
  for (const directive of text.split(';')) {
    const [name = '', value] = directive.split('=', 2).map((part) => part.trim().toLowerCase());
    if (name === '') continue;
    if (Object.hasOwn(flags, name) && value === undefined) {
      failure = { ...failure, ...flags[name] };
    } else if (name === 'code' && value !== undefined && /^[a-z0-9_]{1,64}$/.test(value)) {
      failure = { ...failure, code: value };
    } else if (Object.hasOwn(numbers, name) && value !== undefined && /^\d{1,6}$/.test(value)) {
      failure = { ...failure, [numbers[name] as Name]: Number(value) };
    } else {
      throw new TypeError(
        `Use directives of ${[...Object.keys(numbers), ...Object.keys(flags), 'code'].join(', ')} in "x-simulate": got "${directive.trim().slice(0, 40)}"`,
      );
    }
  }
  return checkStatus(failure);
}

function checkStatus(failure: SimulatedFailure): SimulatedFailure {
  const { status } = failure;
  if (status !== undefined && (status < 400 || status > 599)) {
    throw new TypeError(`Use a status of 400 to 599 in "x-simulate": got "${status}"`);
  }
  return failure;
}

/** The class and code that an upstream would send with a status. */
export function errorKind(status: number): { type: string; code: string | null; message: string } {
  const kind = kinds[status] ?? (status < 500 ? kinds[400] : kinds[500]);
  const [type, code, message] = kind as [string, string | null, string];
  return { type, code, message: `Simulated failure: ${message}` };
}

const kinds: Readonly<Record<number, readonly [string, string | null, string]>> = {
  400: ['invalid_request_error', null, 'the request is not valid'],
  401: ['invalid_request_error', 'invalid_api_key', 'the API key is not valid'],
  402: ['billing_error', 'insufficient_quota', 'the balance is used up'],
  403: ['invalid_request_error', null, 'this is not allowed'],
  404: ['invalid_request_error', 'model_not_found', 'there is no such model'],
  429: ['rate_limit_error', 'rate_limit_exceeded', 'the rate limit is reached'],
  500: ['server_error', null, 'the server had an error'],
  503: ['service_unavailable_error', 'server_is_overloaded', 'the server is overloaded'],
  529: ['overloaded_error', null, 'the server is overloaded'],
};
