/** A call in the target's own format, where that is not the caller's. */
import { type Context, RequestError, rewriteReply } from '@wintergate/core';
import type { JsonObject, ModelCall, Notice, TargetDialect, WrittenCall } from '@wintergate/wire';
import { applyQuirks } from './chat-quirks.ts';
import { type Target, targetName, unsuitableKey } from './types.ts';

/** What was written, and what is needed to read the answer. */
export interface Translation {
  readonly dialect: TargetDialect;
  readonly written: WrittenCall;
  readonly notices: readonly Notice[];
}

/** Notices that a header holds at most; the event holds all. */
const maxShown = 20;

/**
 * Writes the call for a target that does not speak the caller's dialect; `undefined` where it does, or
 * says nothing of what it speaks. Tells what could not be said as it was in a `call-translate` event.
 *
 * @throws {RequestError} 400 for a call that no dialect of the target can say.
 */
export function translateFor(
  target: Target,
  call: ModelCall | undefined,
  context: Context,
): Translation | undefined {
  const { dialects } = target;
  if (call === undefined || dialects === undefined) return undefined;
  if (dialects.some(({ id }) => id === call.dialect.id)) return undefined;
  const dialect = dialects.find(({ operations }) => operations.includes(call.operation));
  if (dialect === undefined) {
    context.set(unsuitableKey, true);
    throw new RequestError({
      status: 400,
      type: 'invalid_request_error',
      code: 'unsupported_operation',
      message: `Ask another model: the provider "${target.provider}" does not do ${call.operation}`,
    });
  }
  const notices: Notice[] = [];
  let written: WrittenCall;
  try {
    written = dialect.writeCall(withUser(call, dialect, notices), {
      model: target.model,
      notice: (notice) => void notices.push(notice),
    });
  } catch (error) {
    if (RequestError.isInstance(error)) context.set(unsuitableKey, true);
    throw error;
  }
  const body = withQuirks(target, dialect, written.body, notices, context);
  tell(target, call, dialect, notices, context);
  return { dialect, written: body === written.body ? written : { ...written, body }, notices };
}

/**
 * Elsewhere than in OpenAI's chat format a conversation needs a turn of its user: system texts alone, which that
 * format takes and answers, become one.
 */
function withUser(call: ModelCall, { id }: TargetDialect, notices: Notice[]): ModelCall {
  const { dialect, operation, body, model, stream, streamUsage, endUser, system, messages } = call;
  if (operation !== 'chat' || id === 'openai-chat' || messages.length > 0 || system === '')
    return call;
  notices.push({ field: 'messages', action: 'emulate', detail: 'system texts as a user turn' });
  const { tools, parameters, unmapped, indispensable } = call;
  return {
    ...{ dialect, operation, body, model, stream, streamUsage, endUser },
    ...{ tools, parameters, unmapped, indispensable },
    system: '',
    messages: [{ role: 'user', parts: [{ type: 'text', text: system }] }],
  };
}

/** The call's body in a format that caller and target share, as this target takes it. Tells what differs. */
export function quirksOf(
  target: Target,
  call: ModelCall,
  notices: Notice[],
  context: Context,
): JsonObject {
  const body = withQuirks(target, call.dialect, call.body, notices, context);
  if (notices.length > 0) tell(target, call, call.dialect, notices, context);
  return body;
}

function withQuirks(
  { quirks }: Target,
  dialect: TargetDialect,
  body: JsonObject,
  notices: Notice[],
  context: Context,
): JsonObject {
  if (quirks === undefined || dialect.id !== 'openai-chat') return body;
  try {
    return applyQuirks(body, quirks, (notice) => void notices.push(notice));
  } catch (error) {
    if (RequestError.isInstance(error)) context.set(unsuitableKey, true);
    throw error;
  }
}

function tell(
  target: Target,
  call: ModelCall,
  dialect: TargetDialect,
  notices: readonly Notice[],
  context: Context,
): void {
  context.emit({
    type: 'call-translate',
    from: call.dialect.id,
    to: dialect.id,
    target: targetName(target, call.model),
    notices,
  });
}

/** The reply with `x-wintergate-notice`: a list of what was done, each with the field it was done to. */
export function withNotices(
  response: Response,
  notices: readonly Notice[],
  context: Context,
): Response {
  if (notices.length === 0) return response;
  const items = notices
    .slice(0, maxShown)
    .map(({ field, action }) => `${action};field=${quoted(field)}`);
  if (notices.length > maxShown) items.push(`more;count=${notices.length - maxShown}`);
  return rewriteReply(response, { headers: { 'x-wintergate-notice': items.join(', ') } }, context);
}

/** A String of RFC 9651, section 3.3.3: a caller's names can forge nothing. */
function quoted(text: string): string {
  const visible = text.slice(0, 100).replace(/[^\x20-\x7e]/g, '?');
  return `"${visible.replace(/["\\]/g, '\\$&')}"`;
}

const foreign = /^(?:openai-|anthropic-|x-goog-|x-stainless-|cohere-|x-amz)/;

/** Whether a header is meant for another provider's API. */
export function isForeignHeader(name: string): boolean {
  return foreign.test(name);
}
