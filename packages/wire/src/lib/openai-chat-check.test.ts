import { RequestError } from '@wintergate/core';
import { describe, expect, it } from 'vitest';
import { chatCall } from './test-support.ts';
import type { JsonObject, JsonValue } from './types.ts';

function fault(fields: JsonObject): string {
  try {
    chatCall(fields);
  } catch (error) {
    if (RequestError.isInstance(error) && error.status === 400) return error.message;
    throw error;
  }
  return 'accepted';
}

const user = { role: 'user', content: 'Hi' };
const withPart = (part: JsonValue): JsonObject => ({
  messages: [{ role: 'user', content: [part] }],
});
const withCall = (call: JsonValue): JsonObject => ({
  messages: [user, { role: 'assistant', content: null, tool_calls: [call] }],
});

describe('a chat body', () => {
  it.each<[JsonObject, string]>([
    [{ messages: 'Hi' }, "Expected an array for 'messages', got a string"],
    [{ messages: [] }, "Expected at least one message for 'messages', got an empty array"],
    [{ messages: ['Hi'] }, "Expected an object for 'messages[0]', got a string"],
    [
      { messages: [user, { content: 'x' }] },
      "Expected a string for 'messages[1].role', got nothing",
    ],
    [
      { messages: [{ role: 'user' }] },
      "Expected a string or an array of parts for 'messages[0].content', got nothing",
    ],
    [
      { messages: [{ role: 'system', content: 3 }] },
      "Expected a string or an array of parts for 'messages[0].content', got 3",
    ],
    [
      { messages: [{ role: 'user', content: {} }] },
      "Expected an array for 'messages[0].content', got an object",
    ],
    [{ messages: [{ ...user, name: 1 }] }, "Expected a string for 'messages[0].name', got 1"],
    [
      { messages: [{ role: 'tool', content: 'x' }] },
      "Expected a string for 'messages[0].tool_call_id', got nothing",
    ],
    [withPart('Hi'), "Expected an object for 'messages[0].content[0]', got a string"],
    [withPart({ text: 'x' }), "Expected a string for 'messages[0].content[0].type', got nothing"],
    [
      withPart({ type: 'text' }),
      "Expected a string for 'messages[0].content[0].text', got nothing",
    ],
    [
      withPart({ type: 'x', text: [] }),
      "Expected a string for 'messages[0].content[0].text', got an empty array",
    ],
    [
      withCall({ id: 't' }),
      "Expected an object for 'messages[1].tool_calls[0].function', got nothing",
    ],
    [
      withCall({ id: 't', function: { name: 'f', arguments: {} } }),
      "Expected a string for 'messages[1].tool_calls[0].function.arguments', got an object",
    ],
    [
      withCall({ type: 'custom', custom: { name: 'f', input: 1 } }),
      "Expected a string for 'messages[1].tool_calls[0].custom.input', got 1",
    ],
    [{ tools: {} }, "Expected an array for 'tools', got an object"],
    [{ tools: [{}] }, "Expected a string for 'tools[0].type', got nothing"],
    [{ tools: [{ type: 'function' }] }, "Expected an object for 'tools[0].function', got nothing"],
    [
      { tools: [{ type: 'function', function: { name: 'f', parameters: [] } }] },
      "Expected an object for 'tools[0].function.parameters', got an empty array",
    ],
    [{ model: 4 }, "Expected a string for 'model', got 4"],
    [{ model: '' }, 'Expected a name for \'model\', got ""'],
    [{ stream: 'true' }, "Expected true or false for 'stream', got a string"],
    [{ stream_options: [] }, "Expected an object for 'stream_options', got an empty array"],
    [
      { stream_options: { include_usage: 'yes' } },
      "Expected true or false for 'stream_options.include_usage', got a string",
    ],
    [{ temperature: '0' }, "Expected a number for 'temperature', got a string"],
    [{ temperature: Number.POSITIVE_INFINITY }, "Expected a number for 'temperature', got null"],
    [{ n: 0 }, "Expected an integer of at least 1 for 'n', got 0"],
    [{ n: 1.5 }, "Expected an integer of at least 1 for 'n', got 1.5"],
    [{ max_tokens: -1 }, "Expected an integer of at least 0 for 'max_tokens', got -1"],
    [{ stop: ['a', 1] }, "Expected a string for 'stop[1]', got 1"],
    [{ stop: true }, "Expected a string or an array of strings for 'stop', got a boolean"],
    [{ tool_choice: 1 }, "Expected a string or an object for 'tool_choice', got 1"],
    [{ function_call: 1 }, "Expected a string or an object for 'function_call', got 1"],
    [{ service_tier: 5 }, "Expected a string for 'service_tier', got 5"],
    [{ moderation: 'x' }, "Expected an object for 'moderation', got a string"],
    [{ prompt_cache_options: [1] }, "Expected an object for 'prompt_cache_options', got an array"],
    [{ prompt_cache_retention: 1 }, "Expected a string for 'prompt_cache_retention', got 1"],
    [{ user: {} }, "Expected a string for 'user', got an object"],
  ])('refuses %j', (fields, message) => {
    expect(fault(fields)).toBe(message);
  });

  it('names the field in the error', () => {
    expect(() => chatCall(withPart({ type: 'text', text: 1 }))).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({ param: 'messages[0].content[0].text', status: 400 }),
      }),
    );
  });

  it.each<[string, JsonObject]>([
    ['unknown fields', { documents: [{}], x: { y: 1 } }],
    [
      'null for an optional field',
      { temperature: null, stop: null, tools: null, stream: null, user: null },
    ],
    [
      'values of newer models',
      { reasoning_effort: 'extreme', messages: [{ role: 'critic', content: 'x' }] },
    ],
    [
      'an assistant of tool calls alone',
      withCall({ id: 't', type: 'function', function: { name: 'f', arguments: '' } }),
    ],
    [
      'a null tool result',
      { messages: [user, { role: 'tool', tool_call_id: 't', content: null }] },
    ],
    ['a tool without a type', { tools: [{ function: { name: 'f' } }] }],
    ['hosted tools', { tools: [{ type: 'web_search' }] }],
    ['parts of other types', withPart({ type: 'video_url', video_url: { url: 'https://x.test' } })],
    ['no model', { model: null }],
    ['any seed', { seed: 2 ** 60 }],
  ])('accepts %s', (_, fields) => {
    expect(fault(fields)).toBe('accepted');
  });
});
