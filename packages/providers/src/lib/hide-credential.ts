/** Taking our own credential out of what an upstream says about it. */
import { createSseEvent, type SseEvent } from '@wintergate/core';
import { callerAuthentication } from './credential.ts';

/** Shorter values stand in any text. */
const minLength = 8;
const hidden = '[hidden]';

/**
 * The secrets among the headers that were sent to a target with a credential of its own: the
 * caller's were taken out of them before.
 */
export function secretsIn(sent: Headers): readonly string[] {
  const secrets: string[] = [];
  for (const name of callerAuthentication) {
    const value = sent.get(name);
    // After the scheme, as in `Bearer …`.
    const secret = value?.slice(value.lastIndexOf(' ') + 1) ?? '';
    if (secret.length >= minLength) secrets.push(secret);
  }
  return secrets;
}

/** Keys, whole or with stars, and the ids of an organisation, project or account. */
const accountIds = /\b(?:sk|gsk|pk|rk|hf|xai|nvapi|org|proj|acct)[-_][\w*-]{4,}|\bAIza[\w*-]{8,}/g;

/** The text with each secret, and whatever looks like a key or an account's id, replaced. */
export function hideSecrets(text: string, secrets: readonly string[]): string {
  return hideKnown(text, secrets).replace(accountIds, hidden);
}

function hideKnown(text: string, secrets: readonly string[]): string {
  let shown = text;
  for (const secret of secrets)
    if (shown.includes(secret)) shown = shown.replaceAll(secret, hidden);
  return shown;
}

/**
 * A JSON body without the secrets, however they are escaped in it: the same bytes when it holds none,
 * `undefined` when it can not be told.
 */
export function hideInJson(
  bytes: Uint8Array,
  body: unknown,
  secrets: readonly string[],
): Uint8Array | string | undefined {
  const escaped = secrets.map((secret) => JSON.stringify(secret).slice(1, -1));
  try {
    const text = JSON.stringify(body);
    // String by string: escapes such as the one of a line break would join the word behind them.
    const members = JSON.stringify(body, (_name, value: unknown) =>
      typeof value === 'string' ? value.replace(accountIds, hidden) : value,
    );
    const shown = hideKnown(members, escaped);
    return shown === text ? bytes : shown;
  } catch {
    // Nested too deep to be written.
    return undefined;
  }
}

/** An event that reports an error, without the secrets: the same when it holds none. */
export function hideInEvent(event: SseEvent, secrets: readonly string[]): SseEvent {
  const { raw, data, event: name } = event;
  const body = event.json();
  const shown = body === undefined ? hideSecrets(data, secrets) : hideInJson(raw, body, secrets);
  if (shown === raw || shown === data) return event;
  return createSseEvent({ event: name, data: typeof shown === 'string' ? shown : unsaid });
}

/** In the place of an error that can not be looked through. */
const unsaid = '{"error":{"message":"The upstream reported an error","type":"server_error"}}';

/** The change that removes the headers that hold a secret. */
export function secretHeaders(
  headers: Headers,
  secrets: readonly string[],
): Record<string, string | null> {
  const change: Record<string, string | null> = {};
  if (secrets.length === 0) return change;
  headers.forEach((value, name) => {
    if (secrets.some((secret) => value.includes(secret))) change[name] = null;
  });
  return change;
}
