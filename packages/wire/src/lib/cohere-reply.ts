/** Replies of Cohere's chat API: whole ones, and the state machine of its streams. */
import type { SseEvent, Usage } from '@wintergate/core';
import { countOf, isObject, objectsOf, stringOf } from './json.ts';
import { calledOf } from './openai-content.ts';
import { damagedEvent, readOpenaiError } from './openai-error.ts';
import type {
  FinishReason,
  JsonObject,
  JsonValue,
  NeutralCitation,
  NeutralDelta,
  NeutralPart,
  NeutralReply,
  NeutralToolCall,
  ReplyError,
  StreamDecoder,
} from './types.ts';

const dialect = 'cohere-chat';
const choice = 0;
const nothing: readonly NeutralDelta[] = [];

/** See `TargetDialect.readReply`. What the model says before it calls a tool is its reasoning. */
export function readCohereReply(body: unknown): NeutralReply {
  const message = isObject(body) ? body['message'] : undefined;
  if (!isObject(body) || !isObject(message))
    return { dialect, choices: [], error: readOpenaiError(0, body) };
  const raw = stringOf(body['finish_reason']);
  const plan = stringOf(message['tool_plan']) ?? '';
  const citations = objectsOf(message['citations']).map(readCitation);
  const content = contentOf(message['content']).map((block) => readBlock(block, citations));
  const calls = objectsOf(message['tool_calls']).map(readCall);
  const parts: NeutralPart[] = [
    ...(plan === '' ? [] : [{ type: 'reasoning' as const, text: plan }]),
    ...content,
    ...calls.map((call) => ({ type: 'tool-call' as const, ...call })),
  ];
  const said = (type: 'text' | 'reasoning'): string =>
    parts.map((part) => (part.type === type ? part.text : '')).join('');
  const usage = readCohereUsage(body['usage']);
  const failed = raw === undefined ? undefined : failureOf(raw, body);
  const replyId = stringOf(body['id']);
  return {
    dialect,
    ...(replyId === undefined ? {} : { id: replyId }),
    choices: [
      {
        text: said('text'),
        reasoning: said('reasoning'),
        refusal: '',
        toolCalls: calls,
        parts,
        finish: raw === undefined ? undefined : readStop(raw),
        ...(raw === undefined ? {} : { finishRaw: raw }),
      },
    ],
    ...(usage === undefined ? {} : { usage }),
    ...(failed === undefined ? {} : { error: failed }),
  };
}

function contentOf(content: JsonValue | undefined): readonly JsonObject[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : objectsOf(content);
}

function readBlock(block: JsonObject, citations: readonly NeutralCitation[]): NeutralPart {
  const thinking = stringOf(block['thinking']);
  if (thinking !== undefined) return { type: 'reasoning', text: thinking };
  const text = stringOf(block['text']);
  if (text === undefined) return { type: 'unknown', raw: block };
  return { type: 'text', text, ...(citations.length === 0 ? {} : { citations }) };
}

function readCall(call: JsonObject): NeutralToolCall {
  const { name, arguments: own } = calledOf(call);
  // A call without arguments has `null`, or nothing.
  const text = own === '' || own === 'null' ? '{}' : own;
  return { id: stringOf(call['id']) ?? '', name, arguments: text };
}

function readCitation(raw: JsonObject): NeutralCitation {
  const { start, end, text } = raw;
  const document = objectsOf(raw['sources'])[0]?.['document'];
  const { title, url } = isObject(document) ? document : {};
  return {
    ...(typeof url === 'string' ? { url } : {}),
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof text === 'string' ? { quote: text } : {}),
    ...(typeof start === 'number' ? { start } : {}),
    ...(typeof end === 'number' ? { end } : {}),
    raw,
  };
}

function readStop(reason: string): FinishReason {
  switch (reason) {
    case 'COMPLETE':
    case 'STOP_SEQUENCE':
      return 'stop';
    case 'MAX_TOKENS':
      return 'length';
    case 'TOOL_CALL':
      return 'tool-calls';
    case 'ERROR_TOXIC':
      return 'content-filter';
    default:
      return 'other';
  }
}

/** The answer broke off although its status was 200. */
function failureOf(reason: string, where: JsonObject): ReplyError | undefined {
  if (reason !== 'ERROR' && reason !== 'TIMEOUT') return undefined;
  const message = stringOf(where['error']) ?? 'The model stopped with an error';
  return { message, code: reason.toLowerCase(), status: reason === 'TIMEOUT' ? 504 : 500 };
}

/**
 * Counts. `billed_units` is what is paid and limited; `tokens` also has what Cohere puts around the
 * conversation, many times as much, and counts only where the other is missing.
 */
export function readCohereUsage(value: JsonValue | undefined): Usage | undefined {
  if (!isObject(value)) return undefined;
  const { billed_units: billed, tokens } = value;
  const counts = isObject(billed) ? billed : isObject(tokens) ? tokens : {};
  const input = countOf(counts['input_tokens']);
  const output = countOf(counts['output_tokens']);
  if (input === undefined && output === undefined) return undefined;
  return { inputTokens: input ?? 0, outputTokens: output ?? 0 };
}

/** The decoder of one stream. `message-end` ends it. */
export class CohereDecoder implements StreamDecoder {
  /** The calls so far, and whether a piece of their arguments came. */
  readonly #calls = new Map<number, { readonly index: number; told: boolean }>();
  #done = false;
  #failed = false;

  get complete(): boolean {
    return this.#done && !this.#failed;
  }

  push(event: SseEvent): readonly NeutralDelta[] {
    if (this.#done || this.#failed || event.data.trim() === '') return nothing;
    const said = event.json();
    if (!isObject(said) || typeof said['type'] !== 'string')
      return this.#fail(
        isObject(said) && said['message'] !== undefined ? readOpenaiError(0, said) : damagedEvent,
      );
    const delta = isObject(said['delta']) ? said['delta'] : {};
    const message = isObject(delta['message']) ? delta['message'] : {};
    const at = countOf(said['index']) ?? 0;
    switch (said['type']) {
      case 'message-start': {
        const id = stringOf(said['id']);
        return [{ type: 'start', ...(id === undefined ? {} : { id }) }];
      }
      case 'content-start':
      case 'content-delta':
        return contentDeltas(message['content']);
      case 'tool-plan-delta':
        return textDelta('reasoning', message['tool_plan']);
      case 'tool-call-start':
        return this.#open(at, message['tool_calls']);
      case 'tool-call-delta':
        return this.#more(at, message['tool_calls']);
      case 'tool-call-end':
        return this.#close(at);
      case 'citation-start':
        return isObject(message['citations'])
          ? [{ type: 'citation', choice, citation: readCitation(message['citations']) }]
          : nothing;
      case 'message-end':
        return this.#end(delta);
      default:
        return nothing;
    }
  }

  #fail(error: ReplyError): readonly NeutralDelta[] {
    this.#failed = true;
    return [{ type: 'error', error }];
  }

  #open(at: number, given: JsonValue | undefined): readonly NeutralDelta[] {
    if (!isObject(given)) return nothing;
    const { name, arguments: own } = calledOf(given);
    const index = this.#calls.size;
    this.#calls.set(at, { index, told: own !== '' });
    const id = stringOf(given['id']) ?? '';
    return [{ type: 'tool-call', choice, index, id, name, arguments: own }];
  }

  #more(at: number, given: JsonValue | undefined): readonly NeutralDelta[] {
    const call = this.#calls.get(at);
    const piece = isObject(given) ? calledOf(given).arguments : '';
    if (call === undefined || piece === '') return nothing;
    call.told = true;
    return [{ type: 'tool-call', choice, index: call.index, arguments: piece }];
  }

  #close(at: number): readonly NeutralDelta[] {
    const call = this.#calls.get(at);
    if (call === undefined || call.told) return nothing;
    call.told = true;
    return [{ type: 'tool-call', choice, index: call.index, arguments: '{}' }];
  }

  #end(delta: JsonObject): readonly NeutralDelta[] {
    const raw = stringOf(delta['finish_reason']) ?? '';
    const failed = failureOf(raw, delta);
    if (failed !== undefined) return this.#fail(failed);
    this.#done = true;
    const usage = readCohereUsage(delta['usage']);
    return [
      { type: 'finish', choice, reason: readStop(raw), raw },
      ...(usage === undefined ? [] : [{ type: 'usage', usage } as const]),
      { type: 'done' },
    ];
  }
}

function contentDeltas(content: JsonValue | undefined): readonly NeutralDelta[] {
  if (!isObject(content)) return nothing;
  return [...textDelta('reasoning', content['thinking']), ...textDelta('text', content['text'])];
}

function textDelta(
  type: 'text' | 'reasoning',
  value: JsonValue | undefined,
): readonly NeutralDelta[] {
  return typeof value === 'string' && value !== '' ? [{ type, choice, text: value }] : nothing;
}
