/** Which calls are looked up, and which replies are kept. */
import type { JsonObject, ModelCall, NeutralReply } from '@wintergate/wire';

/** How far a call may be cached. */
export type Reach = 'all' | 'exact';

/** Not at all, and why. */
export interface Refused {
  readonly refused: string;
}

/**
 * How far this call may be cached, or why not at all:
 * - `choices`: more than one answer is asked for, so variety is wanted;
 * - `temperature`: so is with a temperature above `maxTemperature`.
 *
 * Only identical calls (`exact`) share an answer when the call is no chat, has no text as its last
 * user message, offers tools, asks for a response format, or sets a seed.
 */
export function reachOf(call: ModelCall, maxTemperature: number): Reach | Refused {
  const { parameters } = call;
  if ((parameters.choices ?? 1) > 1) return { refused: 'choices' };
  if ((parameters.temperature ?? 0) > maxTemperature) return { refused: 'temperature' };
  const precise =
    call.operation !== 'chat' ||
    parameters.seed !== undefined ||
    parameters.responseFormat !== undefined ||
    call.tools.length > 0;
  return precise ? 'exact' : 'all';
}

/**
 * How far this reply may be kept, or why not: `error`; `incomplete` without a finish reason or
 * content; `content-filter` and `finish` for one that ended otherwise than by itself, its length or
 * a tool call. Replies with tool calls and refusals are for identical calls only.
 */
export function reachOfReply(
  reply: NeutralReply,
  call: ModelCall,
  body: JsonObject,
): Reach | Refused {
  if (reply.error !== undefined) return { refused: 'error' };
  // Embeddings have no choices and no finish: an answer without error that holds something is whole.
  if (call.operation !== 'chat') {
    return Object.values(body).some((value) => Array.isArray(value) && value.length > 0)
      ? 'exact'
      : { refused: 'incomplete' };
  }
  if (reply.choices.length === 0) return { refused: 'incomplete' };
  let reach: Reach = 'all';
  for (const { text, refusal, toolCalls, finish } of reply.choices) {
    if (finish === undefined) return { refused: 'incomplete' };
    if (finish === 'content-filter') return { refused: 'content-filter' };
    if (finish === 'other') return { refused: 'finish' };
    if (text === '' && refusal === '' && toolCalls.length === 0) return { refused: 'incomplete' };
    if (refusal !== '' || toolCalls.length > 0 || finish !== 'stop') reach = 'exact';
  }
  return reach;
}
