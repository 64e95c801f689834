/** What the OpenAI dialects share in reading a request. */
import { stringOf } from './json.ts';
import type { JsonObject } from './types.ts';

/**
 * Whether a path is `suffix` or ends in it. Other spellings that an upstream may take for the same
 * (a slash at the end, doubled slashes, escapes, capitals) count too, so that no call slips past the
 * middlewares by its spelling.
 */
export function endsWithPath(path: string, suffix: string): boolean {
  if (path.endsWith(suffix)) return true;
  // Escapes of ASCII only: the others can not be part of the suffix, and may be broken.
  const plain = path.replace(/%[0-7][0-9a-f]/gi, (code) =>
    String.fromCharCode(Number.parseInt(code.slice(1), 16)),
  );
  let end = plain.length;
  while (end > 0 && plain.charCodeAt(end - 1) === 47) end--;
  return plain
    .slice(0, end)
    .replace(/\/{2,}/g, '/')
    .toLowerCase()
    .endsWith(suffix);
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
