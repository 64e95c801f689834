/** What the OpenAI dialects share in reading a request. */
import { stringOf } from './json.ts';
import type { JsonObject } from './types.ts';

/** Layers of escapes that are taken off: one for every server on the way that may do so. */
const maxLayers = 4;

/**
 * Whether a path is `suffix` or ends in it. Other spellings that an upstream may take for the same
 * (a slash at the end, doubled slashes, escapes of escapes, capitals, parameters, something after an
 * escaped `?` or NUL) count too, so that no call slips past the middlewares by its spelling.
 */
export function endsWithPath(path: string, suffix: string): boolean {
  return path.endsWith(suffix) || plainPath(path).toLowerCase().endsWith(`${suffix}/`);
}

/** The path in its plainest spelling, with one slash at its end. Capitals stay. */
export function plainPath(path: string): string {
  // Escapes of ASCII only: the others can not be part of the suffix, and may be broken.
  let plain = path;
  for (let layer = 0; layer < maxLayers && plain.includes('%'); layer++) {
    plain = plain.replace(/%[0-7][0-9a-f]/gi, (code) =>
      String.fromCharCode(Number.parseInt(code.slice(1), 16)),
    );
  }
  // RFC 3986 section 3.3: what follows a semicolon is a segment's parameter.
  plain = plain.replace(/[^!-~].*/s, '').replace(/;[^/\\]*/g, '');
  // Every URL has its dot segments, backslashes, query and fragment taken out.
  return `${new URL(`http://a${plain}`).pathname}/`.replace(/\/{2,}/g, '/');
}

/** Azure's dated API names the model in the path: `/openai/deployments/{name}/chat/completions`. */
export function deploymentOf(url: URL): string | undefined {
  const name = /\/deployments\/([^/]+)\//.exec(url.pathname)?.[1];
  if (name === undefined) return undefined;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Both fields that name an end user; two different ones are both part of who it is. */
export function endUserOf(body: JsonObject): string | undefined {
  const user = stringOf(body['user']) || undefined;
  const identifier = stringOf(body['safety_identifier']) || undefined;
  if (user === undefined || identifier === undefined || user === identifier)
    return identifier ?? user;
  return `${identifier}\n${user}`;
}
