/** Errors of OpenAI and of the hosts that copy its format, which each write them differently. */
import { countOf, isObject } from './json.ts';
import type { JsonObject, JsonValue, ReplyError } from './types.ts';

const maxMessage = 2000;

/** An event that is none of its format: of the upstream's making, whoever reads the answer. */
export const damagedEvent: ReplyError = {
  message: 'The upstream sent a damaged event',
  code: 'upstream_malformed',
  status: 502,
};

/**
 * Reads the error of a reply's body or of a stream's event. Knows `{ error: { … } }`, `{ error: 'text' }`,
 * flat `{ message, type, code }`, FastAPI's `{ detail }`, Cloudflare's `{ errors: [ … ] }` and lists of
 * one; anything else, HTML included, becomes a message that names the status. Never throws.
 */
export function readOpenaiError(status: number, body: unknown): ReplyError {
  const outer = Array.isArray(body) ? body[0] : body;
  if (!isObject(outer)) return { message: fallback(status), ...withStatus(status) };
  const listed = Array.isArray(outer['errors']) ? outer['errors'][0] : undefined;
  const inner = outer['error'] ?? listed;
  const error = isObject(inner) ? inner : outer;
  const message =
    textOf(typeof inner === 'string' ? inner : error['message']) ??
    textOf(error['detail']) ??
    textOf(outer['message']) ??
    fallback(status);
  const code = nameOf(error['code']) ?? nameOf(error['status']);
  return {
    message: message.slice(0, maxMessage),
    ...optional('type', nameOf(error['type'])),
    ...optional('code', code),
    ...optional('param', nameOf(error['param'])),
    ...withStatus(status >= 400 ? status : statusOf(error)),
  };
}

/** Hosts put the status into a stream's error as `status_code` (Groq) or a numeric `code` (OpenRouter). */
function statusOf(error: JsonObject): number | undefined {
  for (const field of ['status_code', 'code', 'status']) {
    const value = countOf(error[field]);
    if (value !== undefined && Number.isInteger(value) && value >= 400 && value < 600) return value;
  }
  return undefined;
}

function withStatus(status: number | undefined): { status?: number } {
  return status === undefined || status < 400 ? {} : { status };
}

function optional<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: string };
}

function nameOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

/** A message may be text, or validation details in an object or a list. */
function textOf(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    return JSON.stringify(value);
  } catch {
    // Nested too deep to be written.
    return undefined;
  }
}

function fallback(status: number): string {
  return status >= 400 ? `The upstream answered ${status}` : 'The upstream reported an error';
}
