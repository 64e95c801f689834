import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { testDialect } from './dialect-suite.ts';
import { openaiChat } from './openai-chat.ts';
import type { Notice } from './target-dialect.ts';
import { chatCall, dataPath, describeData } from './test-support.ts';
import type { JsonObject } from './types.ts';

testDialect(openaiChat, {
  call: (stream) => chatCall(stream ? { stream, stream_options: { include_usage: true } } : {}),
});

function written(fields: JsonObject): { body: JsonObject; notices: Notice[] } {
  const notices: Notice[] = [];
  const { body } = openaiChat.writeCall(chatCall(fields), {
    notice: (notice) => notices.push(notice),
  });
  return { body, notices };
}

describe('openaiChat.writeCall()', () => {
  it('writes what it has read', () => {
    const fields = {
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } },
            { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
            { type: 'file', file: { file_id: 'file-1' } },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 't1', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 't1', content: 'result' },
      ],
      tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }],
      tool_choice: { type: 'function', function: { name: 'f' } },
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'r', schema: { type: 'object' }, strict: true },
      },
      temperature: 0.5,
      top_p: 0.9,
      seed: 7,
      n: 2,
      max_completion_tokens: 6,
      stop: ['end'],
      reasoning_effort: 'low',
      logprobs: true,
      top_logprobs: 2,
      logit_bias: { '5': 1 },
      metadata: { a: 'b' },
      user: 'ann',
    };
    expect(written(fields)).toEqual({ body: { model: 'm', ...fields }, notices: [] });
  });

  it('tells of fields that have no neutral form', () => {
    expect(written({ prediction: { type: 'content', content: 'x' } }).notices).toEqual([
      { field: 'prediction', action: 'drop' },
    ]);
  });
});

const folder = 'conformance/pydantic-ai-recordings/';
describeData('recorded chat replies', folder, () => {
  it('are written as they were read', () => {
    const names = readdirSync(dataPath(folder), { recursive: true, encoding: 'utf8' });
    let checked = 0;
    for (const name of names.filter((one) => /chat-completions\.(?!sse)/.test(one))) {
      const { response } = JSON.parse(readFileSync(dataPath(folder + name), 'utf8'));
      if (typeof response.body !== 'object' || !Array.isArray(response.body?.choices)) continue;
      const call = chatCall();
      const reply = openaiChat.readReply(response.body, call);
      expect(openaiChat.writeReply(reply, call), name).toEqual(response.body);
      checked++;
    }
    expect(checked).toBeGreaterThan(30);
  });
});
