/** A reply of any dialect as an OpenAI chat stream. */
import { createSseEvent, type SseEvent, type Usage } from '@wintergate/core';
import { writeAnnotation } from './openai-chat-compose.ts';
import { writeFinish } from './openai-finish.ts';
import { writeOpenaiUsage } from './openai-usage.ts';
import type { StreamWriter } from './target-dialect.ts';
import type { JsonObject, ModelCall, NeutralDelta } from './types.ts';

/** Creates the writer of one stream. */
export function createChatWriter(call: ModelCall): StreamWriter {
  let envelope: JsonObject | undefined;
  let usage: Usage | undefined;
  const begun = new Set<number>();
  const called = new Set<number>();
  let failed = false;

  function chunk(fields: JsonObject): SseEvent {
    envelope ??= newEnvelope(call, {});
    return createSseEvent({ data: JSON.stringify({ ...envelope, ...fields }) });
  }

  function choice(index: number, delta: JsonObject, finish: string | null = null): SseEvent[] {
    const events: SseEvent[] = [];
    if (!begun.has(index)) {
      begun.add(index);
      events.push(choiceChunk(index, { role: 'assistant', content: '' }, null));
    }
    events.push(choiceChunk(index, delta, finish));
    return events;
  }

  function choiceChunk(index: number, delta: JsonObject, finish: string | null): SseEvent {
    return chunk({ choices: [{ index, delta, logprobs: null, finish_reason: finish }] });
  }

  function write(delta: NeutralDelta): readonly SseEvent[] {
    switch (delta.type) {
      case 'start':
        envelope ??= newEnvelope(call, delta);
        return [];
      case 'text':
        return delta.text === '' ? [] : choice(delta.choice, { content: delta.text });
      case 'reasoning':
        return delta.text === '' ? [] : choice(delta.choice, { reasoning_content: delta.text });
      case 'refusal':
        return delta.text === '' ? [] : choice(delta.choice, { refusal: delta.text });
      case 'citation':
        return choice(delta.choice, { annotations: [writeAnnotation(delta.citation)] });
      case 'logprobs':
        return begun.has(delta.choice)
          ? [
              chunk({
                choices: [
                  { index: delta.choice, delta: {}, logprobs: delta.logprobs, finish_reason: null },
                ],
              }),
            ]
          : [];
      case 'tool-call':
        called.add(delta.choice);
        return choice(delta.choice, { tool_calls: [writePiece(delta)] });
      case 'finish': {
        const reason =
          called.has(delta.choice) && delta.reason === 'stop' ? 'tool-calls' : delta.reason;
        return choice(delta.choice, {}, writeFinish(reason));
      }
      case 'usage':
        usage = delta.usage;
        return [];
      case 'error': {
        failed = true;
        const { message, type = 'server_error', code = null, param = null } = delta.error;
        return [
          createSseEvent({ data: JSON.stringify({ error: { message, type, param, code } }) }),
        ];
      }
      default:
        return [];
    }
  }

  return {
    push: write,
    end() {
      if (failed) return [];
      const events: SseEvent[] = [];
      if (usage !== undefined && call.streamUsage)
        events.push(chunk({ choices: [], usage: writeOpenaiUsage(usage) }));
      events.push(createSseEvent({ data: '[DONE]' }));
      return events;
    },
  };
}

function newEnvelope(
  call: ModelCall,
  start: { readonly id?: string; readonly model?: string; readonly created?: number },
): JsonObject {
  return {
    id: start.id ?? `chatcmpl-${crypto.randomUUID()}`,
    object: 'chat.completion.chunk',
    created: start.created ?? Math.floor(Date.now() / 1000),
    model: start.model ?? call.model ?? '',
  };
}

function writePiece(delta: Extract<NeutralDelta, { type: 'tool-call' }>): JsonObject {
  const { index, id, name, arguments: text, custom } = delta;
  const called = {
    ...(name === undefined ? {} : { name }),
    [custom ? 'input' : 'arguments']: text,
  };
  return {
    index,
    ...(id === undefined ? {} : { id }),
    ...(id === undefined && name === undefined ? {} : { type: custom ? 'custom' : 'function' }),
    [custom ? 'custom' : 'function']: called,
  };
}
