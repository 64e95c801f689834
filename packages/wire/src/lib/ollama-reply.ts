/** Replies of Ollama's own API: whole ones, and the state machine of its streams. */
import type { SseEvent, Usage } from '@wintergate/core';
import { countOf, isObject, objectsOf, stringOf } from './json.ts';
import { calledOf } from './openai-content.ts';
import { damagedEvent, readOpenaiError } from './openai-error.ts';
import type {
  FinishReason,
  JsonObject,
  NeutralDelta,
  NeutralPart,
  NeutralReply,
  NeutralToolCall,
  StreamDecoder,
} from './types.ts';

const dialect = 'ollama-chat';
const choice = 0;
const nothing: readonly NeutralDelta[] = [];

/** See `TargetDialect.readReply`. */
export function readOllamaReply(body: unknown): NeutralReply {
  const message = isObject(body) ? body['message'] : undefined;
  if (!isObject(body) || !isObject(message))
    return { dialect, choices: [], error: readOpenaiError(0, body) };
  const reasoning = stringOf(message['thinking']) ?? '';
  const text = stringOf(message['content']) ?? '';
  const toolCalls = callsOf(body, message, 0);
  const parts: NeutralPart[] = [
    ...(reasoning === '' ? [] : [{ type: 'reasoning' as const, text: reasoning }]),
    ...(text === '' ? [] : [{ type: 'text' as const, text }]),
    ...toolCalls.map((call) => ({ type: 'tool-call' as const, ...call })),
  ];
  const raw = stringOf(body['done_reason']);
  const isDone = body['done'] === true;
  const usage = readOllamaUsage(body);
  return {
    dialect,
    ...startOf(body),
    choices: [
      {
        text,
        reasoning,
        refusal: '',
        toolCalls,
        parts,
        finish: isDone ? readStop(raw, toolCalls.length > 0) : undefined,
        ...(raw === undefined ? {} : { finishRaw: raw }),
      },
    ],
    ...(usage === undefined ? {} : { usage }),
  };
}

function startOf(body: JsonObject): { model?: string; created?: number } {
  const model = stringOf(body['model']);
  const created = Date.parse(stringOf(body['created_at']) ?? '');
  return {
    ...(model === undefined ? {} : { model }),
    ...(Number.isNaN(created) ? {} : { created: Math.floor(created / 1000) }),
  };
}

/** Older versions give no ids: then they are made of the moment and the place. */
function callsOf(body: JsonObject, message: JsonObject, before: number): NeutralToolCall[] {
  const moment = (stringOf(body['created_at']) ?? '').replace(/\D/g, '');
  return objectsOf(message['tool_calls']).map((call, at) => {
    const { name, arguments: text } = calledOf(call);
    const given = stringOf(call['id']);
    return { id: given || `call_${moment}_${before + at}`, name, arguments: text || '{}' };
  });
}

function readStop(reason: string | undefined, called: boolean): FinishReason {
  if (called) return 'tool-calls';
  if (reason === 'length') return 'length';
  // Older versions give no reason.
  return reason === 'stop' || reason === undefined ? 'stop' : 'other';
}

/** Counts of the last line. Those of the prompt are left out when all of it was remembered. */
function readOllamaUsage(body: JsonObject): Usage | undefined {
  const output = countOf(body['eval_count']);
  const input = countOf(body['prompt_eval_count']);
  if (input === undefined && output === undefined) return undefined;
  return { inputTokens: input ?? 0, outputTokens: output ?? 0 };
}

/** The decoder of one stream, whose lines are told as events. The line that says `done` ends it. */
export class OllamaDecoder implements StreamDecoder {
  #calls = 0;
  #started = false;
  #done = false;
  #failed = false;

  get complete(): boolean {
    return this.#done && !this.#failed;
  }

  push(event: SseEvent): readonly NeutralDelta[] {
    if (this.#done || this.#failed || event.data.trim() === '') return nothing;
    const line = event.json();
    if (!isObject(line) || line['error'] !== undefined) {
      this.#failed = true;
      const error = isObject(line) ? readOpenaiError(0, line) : damagedEvent;
      return [{ type: 'error', error }];
    }
    const deltas: NeutralDelta[] = [];
    if (!this.#started) deltas.push({ type: 'start', ...startOf(line) });
    this.#started = true;
    const message = isObject(line['message']) ? line['message'] : {};
    const { thinking, content } = message;
    if (typeof thinking === 'string' && thinking !== '')
      deltas.push({ type: 'reasoning', choice, text: thinking });
    if (typeof content === 'string' && content !== '')
      deltas.push({ type: 'text', choice, text: content });
    for (const call of callsOf(line, message, this.#calls))
      deltas.push({ type: 'tool-call', choice, index: this.#calls++, ...call });
    if (line['done'] === true) this.#end(line, deltas);
    return deltas;
  }

  #end(line: JsonObject, deltas: NeutralDelta[]): void {
    this.#done = true;
    const raw = stringOf(line['done_reason']);
    deltas.push({ type: 'finish', choice, reason: readStop(raw, this.#calls > 0), raw: raw ?? '' });
    const usage = readOllamaUsage(line);
    if (usage !== undefined) deltas.push({ type: 'usage', usage });
    deltas.push({ type: 'done' });
  }
}
