/** What providers answer, each in its own format, as recorded traffic looks: the same answers in all of them. */

import { openai, openaiCompatible } from '@wintergate/providers';
import { anthropic } from '@wintergate/providers/anthropic';
import { bedrock } from '@wintergate/providers/bedrock';
import { google } from '@wintergate/providers/google';
import {
  type AnsweringTarget,
  byField,
  called,
  halves,
  limited,
  named,
  pieces,
  said,
  unnamed,
} from './answer-kinds.ts';
import { cohereTarget, ollamaTarget } from './answers-open.ts';
import { frame } from './aws-frame.ts';

const openaiError = {
  error: {
    message: 'Slow down',
    type: 'rate_limit_error',
    code: 'rate_limit_exceeded',
    param: null,
  },
};

const chat: AnsweringTarget = {
  name: 'openai-chat',
  provider: (transport) =>
    openaiCompatible({ baseUrl: 'http://openai.test/v1', apiKey: 'k', transport }),
  isStream: byField,
  json: (kind) =>
    Response.json({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: said,
            refusal: null,
            ...(kind === 'tools' && {
              tool_calls: called.map(({ name, input }, at) => ({
                id: `call_${at}`,
                type: 'function',
                function: { name, arguments: JSON.stringify(input) },
              })),
            }),
          },
          finish_reason: kind === 'tools' ? 'tool_calls' : 'stop',
        },
      ],
      usage: { prompt_tokens: 21, completion_tokens: 8, total_tokens: 29 },
    }),
  stream(kind) {
    const chunk = (delta: object, finish: string | null = null, more: object = {}): object => ({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices: [{ index: 0, delta, finish_reason: finish }],
      ...more,
    });
    const calls = called.flatMap(({ name, input }, index) => {
      const text = JSON.stringify(input);
      const first = {
        index,
        id: `call_${index}`,
        type: 'function',
        function: { name, arguments: '' },
      };
      return [
        chunk({ tool_calls: [first] }),
        ...halves(text).map((piece) =>
          chunk({ tool_calls: [{ index, function: { arguments: piece } }] }),
        ),
      ];
    });
    return unnamed(
      [
        chunk({ role: 'assistant', content: '' }),
        ...pieces.map((content) => chunk({ content })),
        ...(kind === 'tools' ? calls : []),
        chunk({}, kind === 'tools' ? 'tool_calls' : 'stop'),
        chunk({}, null, {
          choices: [],
          usage: { prompt_tokens: 21, completion_tokens: 8, total_tokens: 29 },
        }),
      ],
      'data: [DONE]\n\n',
    );
  },
  limit: () => limited(openaiError),
};

const responses: AnsweringTarget = {
  name: 'openai-responses',
  provider(transport) {
    const provider = openai({ apiKey: 'k', baseUrl: 'http://openai.test/v1', transport });
    // Everything is written in the format that this target is here for.
    return {
      ...provider,
      target: (...about) => {
        const target = provider.target(...about);
        const dialects = target.dialects?.filter(({ id }) => id === 'openai-responses');
        return { ...target, dialects };
      },
    };
  },
  isStream: byField,
  json: (kind) => Response.json(response(kind, 'completed')),
  stream(kind) {
    const whole = response(kind, 'completed');
    let number = 0;
    const event = (type: string, fields: object) => ({
      type,
      sequence_number: number++,
      ...fields,
    });
    const empty = { ...whole, status: 'in_progress', output: [], usage: null };
    const items = whole.output.flatMap((item, output_index) => {
      const at = { item_id: item.id, output_index };
      const added = event('response.output_item.added', {
        output_index,
        item: {
          ...item,
          status: 'in_progress',
          ...(item.type === 'message' ? { content: [] } : { arguments: '' }),
        },
      });
      const place = { ...at, content_index: 0 };
      const part = { type: 'output_text', text: '', annotations: [], logprobs: [] };
      const inner =
        item.type === 'message'
          ? [
              event('response.content_part.added', { ...place, part }),
              ...pieces.map((delta) =>
                event('response.output_text.delta', { ...place, delta, logprobs: [] }),
              ),
              event('response.output_text.done', { ...place, text: said, logprobs: [] }),
              event('response.content_part.done', { ...place, part: { ...part, text: said } }),
            ]
          : [
              ...halves(item.arguments).map((delta) =>
                event('response.function_call_arguments.delta', { ...at, delta }),
              ),
              event('response.function_call_arguments.done', { ...at, arguments: item.arguments }),
            ];
      return [added, ...inner, event('response.output_item.done', { output_index, item })];
    });
    return named([
      event('response.created', { response: empty }),
      event('response.in_progress', { response: empty }),
      ...items,
      event('response.completed', { response: whole }),
    ]);
  },
  limit: () => limited(openaiError),
};

function response(kind: 'text' | 'tools', status: string) {
  const message = {
    id: 'msg_1',
    type: 'message' as const,
    status: 'completed',
    role: 'assistant',
    content: [{ type: 'output_text', text: said, annotations: [], logprobs: [] }],
  };
  const calls = called.map(({ name, input }, at) => ({
    id: `fc_${at}`,
    type: 'function_call' as const,
    status: 'completed',
    call_id: `call_${at}`,
    name,
    arguments: JSON.stringify(input),
  }));
  return {
    id: 'resp_1',
    object: 'response',
    created_at: 1,
    status,
    model: 'm',
    error: null,
    incomplete_details: null,
    output: [message, ...(kind === 'tools' ? calls : [])],
    usage: {
      input_tokens: 21,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: 8,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 29,
    },
  };
}

const messages: AnsweringTarget = {
  name: 'anthropic-messages',
  provider: (transport) => anthropic({ apiKey: 'k', transport }),
  isStream: byField,
  json: (kind) => Response.json(message(kind)),
  stream(kind) {
    const { content, stop_reason, usage } = message(kind);
    const blocks = content.flatMap((block, index) => {
      const start = { type: 'content_block_start', index };
      const delta = (fields: object) => ({ type: 'content_block_delta', index, delta: fields });
      const stop = { type: 'content_block_stop', index };
      if ('text' in block)
        return [
          { ...start, content_block: { type: 'text', text: '' } },
          ...pieces.map((text) => delta({ type: 'text_delta', text })),
          stop,
        ];
      return [
        { ...start, content_block: { ...block, input: {} } },
        ...halves(JSON.stringify(block.input)).map((partial_json) =>
          delta({ type: 'input_json_delta', partial_json }),
        ),
        stop,
      ];
    });
    return named([
      {
        type: 'message_start',
        message: {
          ...message(kind),
          content: [],
          stop_reason: null,
          usage: { ...usage, output_tokens: 1 },
        },
      },
      { type: 'ping' },
      ...blocks,
      {
        type: 'message_delta',
        delta: { stop_reason, stop_sequence: null },
        usage: { output_tokens: 8 },
      },
      { type: 'message_stop' },
    ] as { type: string }[]);
  },
  limit: () =>
    limited({ type: 'error', error: { type: 'rate_limit_error', message: 'Slow down' } }),
};

function message(kind: 'text' | 'tools') {
  const calls = called.map((call, at) => ({ type: 'tool_use', id: `toolu_${at}`, ...call }));
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [{ type: 'text', text: said }, ...(kind === 'tools' ? calls : [])],
    stop_reason: kind === 'tools' ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 21, output_tokens: 8 },
  };
}

const generate: AnsweringTarget = {
  name: 'google-generate',
  provider: (transport) => google({ apiKey: 'k', transport }),
  isStream: (_, url) => url.includes(':stream'),
  json: (kind) => Response.json(candidate([{ text: said }, ...callParts(kind)], 'STOP')),
  stream: (kind) =>
    unnamed([
      ...pieces.map((text) => candidate([{ text }])),
      candidate(kind === 'tools' ? callParts(kind) : [{ text: '' }], 'STOP'),
    ]),
  limit: () =>
    limited({ error: { code: 429, message: 'Slow down', status: 'RESOURCE_EXHAUSTED' } }),
};

function callParts(kind: 'text' | 'tools'): object[] {
  if (kind === 'text') return [];
  return called.map(({ name, input }, at) => ({
    functionCall: { id: `call_${at}`, name, args: input },
    thoughtSignature: 'c2ln',
  }));
}

function candidate(parts: object[], finishReason?: string): object {
  return {
    candidates: [
      { content: { parts, role: 'model' }, index: 0, ...(finishReason && { finishReason }) },
    ],
    usageMetadata: { promptTokenCount: 21, candidatesTokenCount: 8, totalTokenCount: 29 },
    modelVersion: 'm',
    responseId: 'r1',
  };
}

const converse: AnsweringTarget = {
  name: 'bedrock-converse',
  provider: (transport) =>
    bedrock({
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
      transport,
    }),
  isStream: (_, url) => url.endsWith('/converse-stream'),
  json: (kind) =>
    Response.json({
      output: { message: { role: 'assistant', content: converseBlocks(kind) } },
      stopReason: kind === 'tools' ? 'tool_use' : 'end_turn',
      usage: { inputTokens: 21, outputTokens: 8, totalTokens: 29 },
      metrics: { latencyMs: 1 },
    }),
  stream(kind) {
    const blocks = converseBlocks(kind).flatMap((block, contentBlockIndex) => {
      const stop = frame('contentBlockStop', { contentBlockIndex });
      const delta = (fields: object) =>
        frame('contentBlockDelta', { contentBlockIndex, delta: fields });
      if ('text' in block) return [...pieces.map((text) => delta({ text })), stop];
      const { input, ...toolUse } = block.toolUse;
      return [
        frame('contentBlockStart', { contentBlockIndex, start: { toolUse } }),
        ...halves(JSON.stringify(input)).map((piece) => delta({ toolUse: { input: piece } })),
        stop,
      ];
    });
    const frames = [
      frame('messageStart', { role: 'assistant' }),
      ...blocks,
      frame('messageStop', { stopReason: kind === 'tools' ? 'tool_use' : 'end_turn' }),
      frame('metadata', { usage: { inputTokens: 21, outputTokens: 8, totalTokens: 29 } }),
    ];
    return new Response(new Blob(frames), {
      headers: { 'content-type': 'application/vnd.amazon.eventstream' },
    });
  },
  limit: () => limited({ message: 'Too many requests' }),
};

function converseBlocks(kind: 'text' | 'tools') {
  const calls = called.map((call, at) => ({ toolUse: { toolUseId: `tooluse_${at}`, ...call } }));
  return [{ text: said }, ...(kind === 'tools' ? calls : [])];
}

export const answeringTargets: readonly AnsweringTarget[] = [
  chat,
  responses,
  messages,
  generate,
  converse,
  cohereTarget,
  ollamaTarget,
];
