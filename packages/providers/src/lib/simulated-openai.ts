/** The simulated answer in OpenAI's chat format: a body, or the events of a stream. */
import type { Usage } from '@wintergate/core';
import type { SimulatedAnswer, SimulatedChoice } from './simulated-answer.ts';
import { tokenPieces } from './simulated-text.ts';

/** What every part of one answer says about itself. */
export interface AnswerHead {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly model: string;
}

/** An event's data. `content` events are those that a model takes time for. */
export interface AnswerEvent {
  readonly data: string;
  readonly content: boolean;
}

export function chatBody(answer: SimulatedAnswer, head: AnswerHead): object {
  return {
    id: head.id,
    object: 'chat.completion',
    created: head.created,
    model: head.model,
    choices: answer.choices.map((choice, index) => ({
      index,
      message: {
        role: 'assistant',
        content: choice.toolCalls.length > 0 ? null : choice.text,
        refusal: null,
        ...(choice.toolCalls.length > 0 && { tool_calls: choice.toolCalls.map(toolCall) }),
      },
      logprobs: null,
      finish_reason: choice.finish,
    })),
    usage: openaiUsage(answer.usage),
    system_fingerprint: 'fp_simulated',
  };
}

/** The events of the stream, the end marker included. Choices take turns. */
export function chatEvents(
  answer: SimulatedAnswer,
  head: AnswerHead,
  withUsage: boolean,
): AnswerEvent[] {
  const events: AnswerEvent[] = [];
  function add(choices: readonly object[], content: boolean, usage: object | null = null): void {
    const chunk = {
      id: head.id,
      object: 'chat.completion.chunk',
      created: head.created,
      model: head.model,
      system_fingerprint: 'fp_simulated',
      choices,
      ...(withUsage && { usage }),
    };
    events.push({ data: JSON.stringify(chunk), content });
  }
  function addDelta(
    index: number,
    delta: object,
    content: boolean,
    finish: string | null = null,
  ): void {
    add([{ index, delta, logprobs: null, finish_reason: finish }], content);
  }
  for (const index of answer.choices.keys()) {
    addDelta(index, { role: 'assistant', content: '', refusal: null }, false);
  }
  const deltas = answer.choices.map(contentDeltas);
  const longest = Math.max(...deltas.map((list) => list.length));
  for (let turn = 0; turn < longest; turn++) {
    for (const [index, list] of deltas.entries()) {
      const delta = list[turn];
      if (delta !== undefined) addDelta(index, delta, true);
    }
  }
  for (const [index, choice] of answer.choices.entries()) addDelta(index, {}, false, choice.finish);
  if (withUsage) add([], false, openaiUsage(answer.usage));
  events.push({ data: '[DONE]', content: false });
  return events;
}

function contentDeltas(choice: SimulatedChoice): object[] {
  if (choice.toolCalls.length === 0)
    return tokenPieces(choice.text).map((content) => ({ content }));
  return choice.toolCalls.flatMap((call, index) => [
    {
      tool_calls: [
        { index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } },
      ],
    },
    ...(call.arguments.match(/[\s\S]{1,8}/gu) ?? []).map((piece) => ({
      tool_calls: [{ index, function: { arguments: piece } }],
    })),
  ]);
}

function toolCall(call: SimulatedChoice['toolCalls'][number]): object {
  return {
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: call.arguments },
  };
}

function openaiUsage(usage: Usage): object {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  };
}
