/** A complete response in neutral form. */
import { isObject, objectsOf, stringOf } from './json.ts';
import { readOpenaiError } from './openai-error.ts';
import { readItem, readLogprobs } from './openai-responses-parts.ts';
import { readOpenaiUsage } from './openai-usage.ts';
import type { FinishReason, JsonObject, NeutralReply, ReplyError } from './types.ts';

/** See `TargetDialect.readReply`. A job that still runs in the background has no finish reason. */
export function readResponsesReply(body: unknown): NeutralReply {
  const dialect = 'openai-responses';
  if (!isObject(body)) return { dialect, choices: [], error: readOpenaiError(0, body) };
  const error = errorOf(body);
  if (error !== undefined || !Array.isArray(body['output']))
    return { dialect, choices: [], error: error ?? readOpenaiError(0, body), extra: body };
  const { id, model, created_at: created } = body;
  const items = objectsOf(body['output']);
  const parts = items.flatMap(readItem);
  const said = (type: 'text' | 'reasoning' | 'refusal'): string =>
    parts.map((part) => (part.type === type ? part.text : '')).join('');
  const toolCalls = parts.filter((part) => part.type === 'tool-call');
  const raw = finishOf(body);
  const logprobs = readLogprobs(
    items.flatMap(({ content }) =>
      objectsOf(content).flatMap((part) => objectsOf(part['logprobs'])),
    ),
  );
  const usage = readOpenaiUsage(body['usage']);
  return {
    dialect,
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof model === 'string' ? { model } : {}),
    ...(typeof created === 'number' ? { created: Math.floor(created) } : {}),
    choices: [
      {
        text: said('text'),
        reasoning: said('reasoning'),
        refusal: said('refusal'),
        toolCalls,
        parts,
        finish: raw === undefined ? undefined : readFinish(raw, toolCalls.length > 0),
        ...(raw === undefined ? {} : { finishRaw: raw }),
        ...(logprobs === undefined ? {} : { logprobs }),
      },
    ],
    ...(usage === undefined ? {} : { usage }),
    extra: body,
  };
}

/** What a response that failed says; `undefined` for one that did not. */
export function errorOf(body: JsonObject): ReplyError | undefined {
  const { error, status } = body;
  if ((error ?? undefined) !== undefined) return readOpenaiError(0, body);
  if (status === 'failed' || status === 'cancelled')
    return { message: `The response was ${status}`, type: 'server_error' };
  return undefined;
}

/** How the response ended: its status, or the reason for which it is incomplete. */
export function finishOf({ status, incomplete_details: details }: JsonObject): string | undefined {
  if (status === 'incomplete')
    return (isObject(details) ? stringOf(details['reason']) : undefined) ?? 'incomplete';
  return status === 'completed' ? status : undefined;
}

export function readFinish(raw: string, called: boolean): FinishReason {
  if (raw === 'completed') return called ? 'tool-calls' : 'stop';
  if (raw === 'content_filter') return 'content-filter';
  return raw === 'max_output_tokens' || raw === 'incomplete' ? 'length' : 'other';
}
