/** Setting a target's own credential, and taking the caller's away. */
import type { Credential } from './types.ts';

/**
 * Headers by which a caller says who they are, or whose account pays. None of them may reach a
 * target that has credentials of its own.
 */
export const callerAuthentication: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'authorization',
  'proxy-authorization',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'x-goog-user-project',
  'openai-organization',
  'openai-project',
  'cookie',
  'x-auth-token',
  'x-amz-security-token',
  'ocp-apim-subscription-key',
  'cf-access-jwt-assertion',
  // Who the caller is, and how they came here.
  'forwarded',
  'x-forwarded-for',
  'x-real-ip',
  'cf-connecting-ip',
  'true-client-ip',
  'sec-fetch-dest',
  'sec-fetch-mode',
  'sec-fetch-site',
  'sec-fetch-user',
]);

/** The query (with its `?`, or empty) without the parameter that carries Google's keys. */
export function removeKeyParameter(search: string): string {
  return removeParameter(search, 'key');
}

/** The query (with its `?`, or empty) without one parameter, whatever its spelling. */
export function removeParameter(search: string, name: string): string {
  // Escapes may hide the name; anything else that can not hold it stays byte for byte.
  if (!search.includes(`${name}=`) && !search.includes('%')) return search;
  const parameters = new URLSearchParams(search);
  if (!parameters.has(name)) return search;
  parameters.delete(name);
  const rest = parameters.toString();
  return rest === '' ? '' : `?${rest}`;
}

/**
 * One credential of several: the next one each time it is asked for.
 *
 * @param option the name of the option that they were given as.
 * @throws {TypeError} when there is none, or one is empty or no credential.
 */
export function rotating(given: Credential | readonly Credential[], option = 'apiKey'): Credential {
  const all = [given].flat() as Credential[];
  if (all.length === 0) throw new TypeError(`Give at least one "${option}"`);
  for (const one of all) checkCredential(one, option);
  if (all.length === 1) return all[0] as Credential;
  let next = 0;
  return () => {
    const one = all[next++ % all.length] as Credential;
    return typeof one === 'string' ? one : one();
  };
}

function checkCredential(credential: unknown, option: string): void {
  if (credential === '') throw new TypeError(`Expected "${option}" to be not empty`);
  if (typeof credential !== 'string' && typeof credential !== 'function') {
    const got = credential === null ? 'null' : typeof credential;
    throw new TypeError(`Expected "${option}" to be a string or a function: got ${got}`);
  }
}

/** Sets a header from a credential, asking for it when it is a function. */
export function setCredential(
  headers: Headers,
  name: string,
  credential: Credential,
  prefix = '',
): void | Promise<void> {
  if (typeof credential === 'string') {
    headers.set(name, prefix + credential);
    return;
  }
  const value = credential();
  if (typeof value === 'string') {
    headers.set(name, prefix + value);
    return;
  }
  return value.then((settled) => headers.set(name, prefix + settled));
}
