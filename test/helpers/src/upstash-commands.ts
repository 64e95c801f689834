/** The parts of the Upstash REST front that need no server: arguments, scripts and reply encodings. */
import { createHash } from 'node:crypto';

/** A Redis reply with raw bytes for strings. */
export type RawReply = Buffer | number | string | null | Error | readonly RawReply[];

/** A command as clients send it. */
export type Command = readonly [name: string, ...args: string[]];

/**
 * Reads one command from JSON: strings as they are, objects as JSON text, the rest in its string form.
 *
 * @throws {TypeError} when it is not a list with a name.
 */
export function readCommand(value: unknown): Command {
  if (!Array.isArray(value) || value.length === 0) throw new TypeError('ERR empty command');
  const [name, ...args] = value.map(toArgument);
  // ioredis rewrites the replies of commands that it knows by their lower-case names.
  return [(name ?? '').toUpperCase(), ...args];
}

function toArgument(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

/** Upstash's scripts name flags in their first line that open-source Redis refuses. */
export const withoutShebang = (script: string): string => script.replace(/^#![^\n]*/, '');

export const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');

/**
 * Makes scripts run on open-source Redis, and later calls by digest find them.
 *
 * @param digests digest as the client knows it → as Redis knows it; added to.
 */
export function adaptScript(command: Command, digests: Map<string, string>): Command {
  const [name, first = '', second = '', ...rest] = command;
  const replace = (script: string): string => {
    const changed = withoutShebang(script);
    if (changed !== script) digests.set(sha1(script), sha1(changed));
    return changed;
  };
  if (name === 'EVAL' || name === 'EVAL_RO') return [name, replace(first), second, ...rest];
  if (name === 'EVALSHA' || name === 'EVALSHA_RO')
    return [name, digests.get(first) ?? first, second, ...rest];
  if (name === 'SCRIPT' && first.toUpperCase() === 'LOAD')
    return [name, first, replace(second), ...rest];
  return command;
}

/** Writes a reply as the client asked for it: text, or base64 but for the status `OK`. */
export function encodeReply(reply: RawReply, base64: boolean): unknown {
  if (Array.isArray(reply))
    return (reply as readonly RawReply[]).map((item) => encodeReply(item, base64));
  if (reply instanceof Error) return reply.message;
  if (!Buffer.isBuffer(reply)) return reply;
  const text = reply.toString('utf8');
  return base64 && text !== 'OK' ? reply.toString('base64') : text;
}
