/** Replies of Workers AI: whole ones, and the state machine of its streams. */
import type { SseEvent } from '@wintergate/core';
import { countOf, isObject, objectsOf, stringOf } from './json.ts';
import { ChatDecoder } from './openai-chat-decoder.ts';
import { readChatReply } from './openai-chat-reply.ts';
import { damagedEvent, readOpenaiError } from './openai-error.ts';
import { readOpenaiUsage } from './openai-usage.ts';
import type {
  JsonObject,
  JsonValue,
  NeutralDelta,
  NeutralPart,
  NeutralReply,
  NeutralToolCall,
  StreamDecoder,
} from './types.ts';

const dialect = 'workers-ai-chat';
const choice = 0;
const nothing: readonly NeutralDelta[] = [];

/** REST wraps what the binding answers as it is. */
export function resultOf(body: unknown): unknown {
  return isObject(body) && isObject(body['result']) ? body['result'] : body;
}

/** See `TargetDialect.readReply`. */
export function readWorkersAIReply(body: unknown): NeutralReply {
  const result = resultOf(body);
  if (!isObject(result) || (isObject(body) && body['success'] === false))
    return { dialect, choices: [], error: readOpenaiError(0, body) };
  if (Array.isArray(result['choices'])) return { ...readChatReply(result), dialect };
  if (result['response'] === undefined && result['tool_calls'] === undefined)
    return { dialect, choices: [], error: readOpenaiError(0, body) };
  const text = textOf(result['response']);
  const toolCalls = callsOf(result, 0);
  const parts: NeutralPart[] = [
    ...(text === '' ? [] : [{ type: 'text' as const, text }]),
    ...toolCalls.map((one) => ({ type: 'tool-call' as const, ...one })),
  ];
  const usage = readOpenaiUsage(result['usage']);
  const finish = toolCalls.length > 0 ? 'tool-calls' : 'stop';
  return {
    dialect,
    choices: [{ text, reasoning: '', refusal: '', toolCalls, parts, finish }],
    ...(usage === undefined ? {} : { usage }),
  };
}

/** Asked for JSON, models answer a value instead of its text. */
function textOf(response: JsonValue | undefined): string {
  if (typeof response === 'string') return response;
  return response === undefined || response === null ? '' : JSON.stringify(response);
}

/** No ids are given: they are made of the place. */
function callsOf(result: JsonObject, before: number): NeutralToolCall[] {
  return objectsOf(result['tool_calls']).map((call, at) => {
    const { name, arguments: given } = isObject(call['function']) ? call['function'] : call;
    const text = typeof given === 'string' ? given : JSON.stringify(given ?? {});
    const id = stringOf(call['id']) || `call_${before + at}`;
    return { id, name: stringOf(name) ?? '', arguments: text || '{}' };
  });
}

/** The decoder of one stream: of OpenAI's chunks, or of `{ response }` pieces, as the first event says. */
export class WorkersAIDecoder implements StreamDecoder {
  readonly #chat = new ChatDecoder();
  #isChat: boolean | undefined;
  #calls = 0;
  #done = false;
  #failed = false;

  get complete(): boolean {
    return this.#isChat === true ? this.#chat.complete : this.#done && !this.#failed;
  }

  push(event: SseEvent): readonly NeutralDelta[] {
    const data = event.data.trim();
    if (this.#isChat === true) return this.#chat.push(event);
    if (this.#done || this.#failed || data === '') return nothing;
    if (data === '[DONE]') return this.#end();
    const said = event.json();
    if (!isObject(said)) return this.#fail(said);
    this.#isChat ??= Array.isArray(said['choices']);
    if (this.#isChat) return this.#chat.push(event);
    if (said['errors'] !== undefined || said['error'] !== undefined) return this.#fail(said);
    const deltas: NeutralDelta[] = [];
    const text = textOf(said['response']);
    if (text !== '') deltas.push({ type: 'text', choice, text });
    for (const call of callsOf(said, this.#calls))
      deltas.push({ type: 'tool-call', choice, index: this.#calls++, ...call });
    const usage = readOpenaiUsage(said['usage']);
    // Some models send counts of nothing all along.
    if (usage !== undefined && (countOf(usage.outputTokens) ?? 0) > 0)
      deltas.push({ type: 'usage', usage });
    return deltas;
  }

  #fail(said: unknown): readonly NeutralDelta[] {
    this.#failed = true;
    return [{ type: 'error', error: isObject(said) ? readOpenaiError(0, said) : damagedEvent }];
  }

  /** No reason is given why it ended. */
  #end(): readonly NeutralDelta[] {
    this.#done = true;
    const reason = this.#calls > 0 ? 'tool-calls' : 'stop';
    return [{ type: 'finish', choice, reason, raw: '' }, { type: 'done' }];
  }
}
