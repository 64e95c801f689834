/** What Cohere and Ollama answer, each in its own format. */
import { cohere } from '@wintergate/providers/cohere';
import { ollama } from '@wintergate/providers/ollama';
import {
  type AnsweringTarget,
  byField,
  called,
  halves,
  limited,
  pieces,
  said,
} from './answer-kinds.ts';

const cohereCalls = called.map(({ name, input }, at) => ({
  id: `${name}_${at}`,
  type: 'function',
  function: { name, arguments: JSON.stringify(input) },
}));
const cohereUsage = {
  billed_units: { input_tokens: 21, output_tokens: 8 },
  tokens: { input_tokens: 1400, output_tokens: 12 },
};

export const cohereTarget: AnsweringTarget = {
  name: 'cohere-chat',
  provider: (transport) => cohere({ apiKey: 'k', transport }),
  isStream: byField,
  json: (kind) =>
    Response.json({
      id: 'c1',
      finish_reason: kind === 'tools' ? 'TOOL_CALL' : 'COMPLETE',
      message: {
        role: 'assistant',
        content: [{ type: 'text', text: said }],
        ...(kind === 'tools' && { tool_plan: 'I will look.', tool_calls: cohereCalls }),
      },
      usage: cohereUsage,
    }),
  stream(kind) {
    const text = (piece: string) => ({ message: { content: { text: piece } } });
    const calls = cohereCalls.flatMap(
      ({ function: { name, arguments: whole }, ...call }, index) => {
        const of = (own: object) => ({ message: { tool_calls: own } });
        return [
          event('tool-call-start', of({ ...call, function: { name, arguments: '' } }), index),
          ...halves(whole).map((piece) =>
            event('tool-call-delta', of({ function: { arguments: piece } }), index),
          ),
          event('tool-call-end', undefined, index),
        ];
      },
    );
    const events = [
      event('message-start', { message: { role: 'assistant' } }),
      event('content-start', text(''), 0),
      ...pieces.map((piece) => event('content-delta', text(piece), 0)),
      event('content-end', undefined, 0),
      ...(kind === 'tools' ? calls : []),
      event('message-end', {
        finish_reason: kind === 'tools' ? 'TOOL_CALL' : 'COMPLETE',
        usage: cohereUsage,
      }),
    ];
    return new Response(events.join(''), { headers: { 'content-type': 'text/event-stream' } });
  },
  limit: () => limited({ id: 'e1', message: 'Slow down' }),
};

function event(type: string, delta?: object, index?: number): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, index, delta })}\n\n`;
}

export const ollamaTarget: AnsweringTarget = {
  name: 'ollama-chat',
  provider: (transport) => ollama({ transport }),
  isStream: byField,
  json: (kind) => Response.json({ ...line({ content: said, ...callsOf(kind) }), ...last }),
  stream(kind) {
    const lines = [
      ...pieces.map((content) => line({ content })),
      ...(kind === 'tools' ? [line({ content: '', ...callsOf(kind) })] : []),
      { ...line({ content: '' }), ...last },
    ];
    return new Response(lines.map((one) => `${JSON.stringify(one)}\n`).join(''), {
      headers: { 'content-type': 'application/x-ndjson' },
    });
  },
  limit: () => limited({ error: 'Slow down' }),
};

const last = { done: true, done_reason: 'stop', prompt_eval_count: 21, eval_count: 8 };

function line(message: object): object {
  const created_at = '2026-01-02T03:04:05.678901Z';
  return { model: 'm', created_at, message: { role: 'assistant', ...message }, done: false };
}

function callsOf(kind: 'text' | 'tools'): object {
  if (kind === 'text') return {};
  const tool_calls = called.map(({ name, input }, index) => ({
    function: { index, name, arguments: input },
  }));
  return { tool_calls };
}
