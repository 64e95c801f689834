/** A reply of any dialect as a streamGenerateContent reply. */
import { createSseEvent, type SseEvent, type Usage } from '@wintergate/core';
import { writeCitations, writeLogprobs } from './google-generate-candidate.ts';
import { writeFunctionCall } from './google-generate-compose.ts';
import { said } from './google-generate-editor.ts';
import { googleError } from './google-generate-error.ts';
import { writeGoogleFinish } from './google-generate-finish.ts';
import { writeGoogleUsage } from './google-generate-usage.ts';
import type { StreamWriter } from './target-dialect.ts';
import type {
  JsonObject,
  ModelCall,
  NeutralCitation,
  NeutralDelta,
  NeutralToolCall,
} from './types.ts';

/** What of a choice waits: its calls until they are whole, the rest for its last event. */
interface Choice {
  readonly calls: Map<number, NeutralToolCall>;
  readonly citations: NeutralCitation[];
  finish: string | undefined;
}

/**
 * Creates the writer of one stream. The finish reason is the end marker: it leaves last of all, with
 * usage.
 */
export function createGoogleWriter(call: ModelCall): StreamWriter {
  const choices = new Map<number, Choice>();
  let envelope: JsonObject | undefined;
  let usage: Usage | undefined;
  let failed = false;

  function event(candidates: readonly JsonObject[], more: JsonObject = {}): SseEvent {
    envelope ??= newEnvelope(call, {});
    return createSseEvent({ data: JSON.stringify({ candidates, ...more, ...envelope }) });
  }

  function choiceOf(index: number): Choice {
    let choice = choices.get(index);
    if (choice === undefined)
      choices.set(index, (choice = { calls: new Map(), citations: [], finish: undefined }));
    return choice;
  }

  function flushCalls(index: number): SseEvent[] {
    const { calls } = choiceOf(index);
    const events = [...calls.values()].map((whole) =>
      event([said(index, writeFunctionCall(whole))]),
    );
    calls.clear();
    return events;
  }

  function write(delta: NeutralDelta): readonly SseEvent[] {
    switch (delta.type) {
      case 'start':
        envelope ??= newEnvelope(call, delta);
        return [];
      case 'text':
      case 'refusal':
      case 'reasoning': {
        if (delta.text === '') return [];
        const { text, choice } = delta;
        const part = delta.type === 'reasoning' ? { text, thought: true } : { text };
        return [...flushCalls(choice), event([said(choice, part)])];
      }
      case 'signature': {
        const { signature, choice } = delta;
        if (signature === undefined) return [];
        return [event([said(choice, { text: '', thought: true, thoughtSignature: signature })])];
      }
      case 'citation':
        choiceOf(delta.choice).citations.push(delta.citation);
        return [];
      case 'logprobs':
        return [event([{ ...said(delta.choice, { text: '' }), ...writeLogprobs(delta.logprobs) }])];
      case 'tool-call': {
        const { index, choice, id = '', name = '', custom, signature } = delta;
        const { calls } = choiceOf(choice);
        const before = calls.get(index);
        calls.set(index, {
          ...before,
          id: before?.id || id,
          name: before?.name || name,
          arguments: (before?.arguments ?? '') + delta.arguments,
          ...(custom === true ? { custom } : {}),
          ...(signature === undefined ? {} : { signature }),
        });
        return [];
      }
      case 'finish': {
        const events = flushCalls(delta.choice);
        choiceOf(delta.choice).finish = writeGoogleFinish(delta.reason);
        return events;
      }
      case 'usage':
        usage = delta.usage;
        return [];
      case 'error': {
        failed = true;
        const { status = 500, ...error } = delta.error;
        return [createSseEvent({ data: JSON.stringify(googleError({ ...error, status })) })];
      }
      default:
        return [];
    }
  }

  return {
    push: write,
    end() {
      if (failed) return [];
      const events = [...choices.keys()].flatMap((index) => flushCalls(index));
      const last = [...choices].map(([index, { citations, finish = 'STOP' }]) => ({
        ...said(index, { text: '' }),
        finishReason: finish,
        ...writeCitations(citations),
      }));
      const counts = usage === undefined ? {} : { usageMetadata: writeGoogleUsage(usage) };
      return [...events, event(last, counts)];
    },
  };
}

function newEnvelope(call: ModelCall, start: { id?: string; model?: string }): JsonObject {
  return {
    modelVersion: start.model ?? call.model ?? '',
    responseId: start.id ?? crypto.randomUUID(),
  };
}
