/**
 * Proof, by the type checker, that wire formats fit the neutral form as it is, before code reads
 * them: for each format the request's parts, the reply and every kind of stream event are mapped to it, and each
 * mapping is exhaustive. A format that needs more breaks the build here, before code depends on it.
 */
import type { Usage } from '@wintergate/core';
import type {
  FinishReason,
  JsonValue,
  NeutralDelta,
  NeutralMessage,
  NeutralPart,
  NeutralReply,
  TextChannel,
} from '../types.ts';
import type {
  AnthropicBlock,
  AnthropicEvent,
  AnthropicRequest,
  AnthropicStop,
  AnthropicUsage,
} from './anthropic-messages.ts';
import type { ChatEvent, ChatFinish, ChatMessage, ChatPart, ChatToolCall } from './openai-chat.ts';
import type {
  ResponsesEvent,
  ResponsesItem,
  ResponsesPart,
  ResponsesReply,
  ResponsesUsage,
} from './openai-responses.ts';

const text = (value: JsonValue): string => JSON.stringify(value);
function never(value: never): never {
  throw new TypeError(`Map ${String(value)}`);
}

// Finish reasons: every value of each format has a neutral one.
export const chatFinish: Record<ChatFinish, FinishReason> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
};
export const responsesFinish: Record<ResponsesReply['status'], FinishReason> = {
  completed: 'stop',
  incomplete: 'length',
  failed: 'other',
  cancelled: 'other',
  in_progress: 'other',
  queued: 'other',
};
export const anthropicFinish: Record<AnthropicStop, FinishReason> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool-calls',
  refusal: 'content-filter',
};

// Usage: each way of counting has one normal form.
export function responsesUsage(usage: ResponsesUsage): Usage {
  return { inputTokens: usage.input_tokens, outputTokens: usage.output_tokens };
}
export function anthropicUsage(usage: AnthropicUsage): Usage {
  const read = usage.cache_read_input_tokens ?? 0;
  const written = usage.cache_creation_input_tokens ?? 0;
  return {
    inputTokens: (usage.input_tokens ?? 0) + read + written,
    outputTokens: usage.output_tokens,
    cachedInputTokens: read,
    cacheWriteTokens: written,
  };
}

// Request parts and turns.
export function chatPart(part: ChatPart): NeutralPart {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'refusal':
      return { type: 'refusal', text: part.refusal };
    case 'image_url':
      return { type: 'image', url: part.image_url.url };
    case 'input_audio':
      return { type: 'audio', raw: { ...part.input_audio } };
    case 'file':
      return { type: 'file', raw: { ...part.file } };
    default:
      return never(part);
  }
}
export function chatCall(call: ChatToolCall): NeutralPart {
  return call.type === 'function'
    ? { type: 'tool-call', id: call.id, ...call.function }
    : { type: 'tool-call', id: call.id, name: call.custom.name, arguments: call.custom.input };
}
export function chatMessage(message: ChatMessage): NeutralMessage {
  const content = message.content ?? '';
  const parts =
    typeof content === 'string'
      ? [{ type: 'text' as const, text: content }]
      : content.map(chatPart);
  if (message.role === 'tool') {
    return {
      role: 'tool',
      parts: [{ type: 'tool-result', toolCallId: message.tool_call_id, parts }],
    };
  }
  if (message.role !== 'assistant')
    return { role: message.role === 'user' ? 'user' : 'system', parts };
  return { role: 'assistant', parts: [...parts, ...(message.tool_calls ?? []).map(chatCall)] };
}

export function responsesPart(part: ResponsesPart): NeutralPart {
  switch (part.type) {
    case 'input_text':
    case 'output_text':
      return { type: 'text', text: part.text };
    case 'refusal':
      return { type: 'refusal', text: part.refusal };
    case 'input_image':
      return part.image_url === undefined
        ? { type: 'unknown', raw: { ...part } }
        : { type: 'image', url: part.image_url };
    case 'input_file':
      return { type: 'file', raw: { ...part } };
    default:
      return never(part);
  }
}
export function responsesItem(item: ResponsesItem): NeutralMessage {
  if ('role' in item) {
    const { role, content } = item;
    const parts =
      typeof content === 'string'
        ? [{ type: 'text' as const, text: content }]
        : content.map(responsesPart);
    return { role: role === 'developer' ? 'system' : role, parts };
  }
  switch (item.type) {
    case 'function_call':
      return {
        role: 'assistant',
        parts: [
          { type: 'tool-call', id: item.call_id, name: item.name, arguments: item.arguments },
        ],
      };
    case 'function_call_output': {
      const parts =
        typeof item.output === 'string'
          ? [{ type: 'text' as const, text: item.output }]
          : item.output.map(responsesPart);
      return { role: 'tool', parts: [{ type: 'tool-result', toolCallId: item.call_id, parts }] };
    }
    case 'reasoning': {
      const said = item.summary.map((piece) => piece.text).join('\n');
      const signature = item.encrypted_content ?? undefined;
      return {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: said, ...(signature === undefined ? {} : { signature }) },
        ],
      };
    }
    case 'web_search_call':
    case 'code_interpreter_call':
    case 'compaction':
      return { role: 'assistant', parts: [{ type: 'unknown', raw: { ...item } }] };
    default:
      return never(item);
  }
}

export function anthropicBlock(block: AnthropicBlock): NeutralPart {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text };
    case 'image':
      if (block.source.type === 'base64') {
        return { type: 'image', data: block.source.data, mediaType: block.source.media_type };
      }
      return block.source.type === 'url'
        ? { type: 'image', url: block.source.url }
        : { type: 'image', raw: { ...block.source } };
    case 'document':
      return { type: 'file', raw: { ...block.source } };
    case 'thinking':
      return { type: 'reasoning', text: block.thinking, signature: block.signature };
    case 'redacted_thinking':
      return { type: 'reasoning', text: '', raw: { ...block } };
    case 'tool_use':
      return { type: 'tool-call', id: block.id, name: block.name, arguments: text(block.input) };
    case 'tool_result': {
      const { content = '', is_error: isError } = block;
      const parts =
        typeof content === 'string'
          ? [{ type: 'text' as const, text: content }]
          : content.map(anthropicBlock);
      return {
        type: 'tool-result',
        toolCallId: block.tool_use_id,
        parts,
        ...(isError === undefined ? {} : { isError }),
      };
    }
    default:
      return never(block);
  }
}
export function anthropicMessage(message: AnthropicRequest['messages'][number]): NeutralMessage {
  const { role, content } = message;
  return {
    role,
    parts:
      typeof content === 'string' ? [{ type: 'text', text: content }] : content.map(anthropicBlock),
  };
}

// Stream events: every kind of event is mapped to deltas.
export function chatDeltas(event: ChatEvent): NeutralDelta[] {
  if (event === '[DONE]') return [{ type: 'done' }];
  if ('error' in event) return [{ type: 'error', error: { message: event.error.message } }];
  return event.choices.flatMap(({ index: choice, delta, finish_reason: raw }): NeutralDelta[] => [
    { type: 'start', id: event.id, model: event.model },
    { type: 'text', choice, text: delta.content ?? '' },
    { type: 'refusal', choice, text: delta.refusal ?? '' },
    ...(delta.tool_calls ?? []).map(
      (call): NeutralDelta => ({
        type: 'tool-call',
        choice,
        index: call.index,
        ...(call.id === undefined ? {} : { id: call.id }),
        arguments: call.function?.arguments ?? '',
      }),
    ),
    ...(raw === null ? [] : [{ type: 'finish' as const, choice, reason: chatFinish[raw], raw }]),
  ]);
}

export function responsesDeltas(event: ResponsesEvent): NeutralDelta[] {
  const choice = 0;
  switch (event.type) {
    case 'response.created':
      return [{ type: 'start', id: event.response.id, model: event.response.model }];
    case 'response.output_text.delta':
      return [{ type: 'text', choice, text: event.delta }];
    case 'response.refusal.delta':
      return [{ type: 'refusal', choice, text: event.delta }];
    case 'response.reasoning_summary_text.delta':
      return [{ type: 'reasoning', choice, text: event.delta }];
    case 'response.output_item.added':
      return event.item.type === 'function_call'
        ? [
            {
              type: 'tool-call',
              choice,
              index: event.output_index,
              id: event.item.call_id,
              name: event.item.name,
              arguments: '',
            },
          ]
        : [];
    case 'response.function_call_arguments.delta':
      return [{ type: 'tool-call', choice, index: event.output_index, arguments: event.delta }];
    case 'response.completed':
    case 'response.incomplete':
    case 'response.failed': {
      const { status: raw, usage } = event.response;
      return [
        { type: 'finish', choice, reason: responsesFinish[raw], raw },
        ...(usage ? [{ type: 'usage' as const, usage: responsesUsage(usage) }] : []),
        { type: 'done' },
      ];
    }
    case 'error':
      return [{ type: 'error', error: { message: event.message, code: event.code ?? undefined } }];
    // They frame, or repeat what has been said.
    case 'response.in_progress':
    case 'response.output_item.done':
    case 'response.content_part.added':
    case 'response.content_part.done':
    case 'response.output_text.done':
    case 'response.refusal.done':
    case 'response.function_call_arguments.done':
      return [];
    default:
      return never(event);
  }
}

export function anthropicDeltas(event: AnthropicEvent): NeutralDelta[] {
  const choice = 0;
  switch (event.type) {
    case 'message_start':
      return [
        { type: 'start', id: event.message.id, model: event.message.model },
        { type: 'usage', usage: anthropicUsage(event.message.usage) },
      ];
    case 'content_block_start': {
      const { content_block: block, index } = event;
      return block.type === 'tool_use'
        ? [{ type: 'tool-call', choice, index, id: block.id, name: block.name, arguments: '' }]
        : [];
    }
    case 'content_block_delta': {
      const { delta, index } = event;
      if (delta.type === 'text_delta') return [{ type: 'text', choice, text: delta.text }];
      if (delta.type === 'thinking_delta')
        return [{ type: 'reasoning', choice, text: delta.thinking }];
      if (delta.type === 'input_json_delta')
        return [{ type: 'tool-call', choice, index, arguments: delta.partial_json }];
      return [];
    }
    case 'message_delta': {
      const { stop_reason: raw } = event.delta;
      return [
        ...(raw === null
          ? []
          : [{ type: 'finish' as const, choice, reason: anthropicFinish[raw], raw }]),
        ...(event.usage === undefined
          ? []
          : [{ type: 'usage' as const, usage: anthropicUsage(event.usage) }]),
      ];
    }
    case 'message_stop':
      return [{ type: 'done' }];
    case 'error':
      return [{ type: 'error', error: { message: event.error.message, type: event.error.type } }];
    case 'content_block_stop':
    case 'ping':
      return [];
    default:
      return never(event);
  }
}

// Whole replies: each format's output is a list of neutral choices.
type Choice = NeutralReply['choices'][number];
export function choiceOf(parts: readonly NeutralPart[], finish: FinishReason | undefined): Choice {
  const said = (type: 'text' | 'reasoning' | 'refusal'): string =>
    parts.map((part) => (part.type === type ? part.text : '')).join('');
  const toolCalls = parts.flatMap((part) => (part.type === 'tool-call' ? [part] : []));
  return {
    text: said('text'),
    reasoning: said('reasoning'),
    refusal: said('refusal'),
    toolCalls,
    parts,
    finish,
  };
}

// Where filtered text stands: a channel names it in every format, by choice and by call.
export const channels: Record<'chat' | 'responses' | 'anthropic', TextChannel> = {
  chat: { kind: 'text', choice: 1, index: 0, id: '1:text' },
  responses: { kind: 'tool-arguments', choice: 0, index: 0, id: '0:tool:0' },
  anthropic: { kind: 'reasoning', choice: 0, index: 0, id: '0:reasoning' },
};
