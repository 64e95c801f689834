import { RequestError } from '@wintergate/core';
import type { JsonObject, Notice } from '@wintergate/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyQuirks, type ChatQuirks } from './chat-quirks.ts';

function apply(body: JsonObject, quirks: ChatQuirks): { body: JsonObject; notices: Notice[] } {
  const notices: Notice[] = [];
  const before = structuredClone(body);
  const written = applyQuirks(body, quirks, (notice) => void notices.push(notice));
  expect(body).toEqual(before);
  return { body: written, notices };
}

const messages = [{ role: 'user', content: 'Hi' }];

describe('applyQuirks()', () => {
  it('leaves a body that the host takes as it is', () => {
    const body = { model: 'm', messages };
    expect(applyQuirks(body, { rename: { seed: 'random_seed' } }, () => {})).toBe(body);
  });

  it('renames fields, and prefers one in the host’s own name', () => {
    const quirks = { rename: { max_completion_tokens: 'max_tokens', seed: 'random_seed' } };
    const { body, notices } = apply(
      { messages, max_completion_tokens: 5, max_tokens: 7, seed: 1 },
      quirks,
    );
    expect(body).toEqual({ messages, max_tokens: 7, random_seed: 1 });
    expect(notices).toEqual([]);
  });

  it('drops hints and tells of those that said something', () => {
    const quirks = { drop: ['user', 'store', 'stream_options'] };
    const given = { messages, user: 'u', store: false, stream_options: { include_usage: true } };
    const { body, notices } = apply(given, quirks);
    expect(body).toEqual({ messages });
    expect(notices).toEqual([{ field: 'user', action: 'drop' }]);
  });

  it.each([
    [{ n: 2 }, 'n'],
    [{ logprobs: true }, 'logprobs'],
    [{ logit_bias: { 5: 1 } }, 'logit_bias'],
  ])('refuses %j', (extra, field) => {
    const quirks = { refuse: ['n', 'logprobs', 'logit_bias'] };
    const refused = () => apply({ messages, ...extra } as JsonObject, quirks);
    expect(refused).toThrow(RequestError);
    expect(refused).toThrow(`'${field}'`);
  });

  it('lets fields pass that ask for nothing', () => {
    const quirks = { refuse: ['n', 'logprobs', 'logit_bias', 'audio'] };
    const given = { messages, n: 1, logprobs: false, logit_bias: {}, audio: null };
    expect(apply(given, quirks)).toEqual({ body: { messages }, notices: [] });
  });

  it('says values in the host’s words', () => {
    const quirks = {
      values: { tool_choice: { required: 'any' }, service_tier: { scale: null } },
      clamps: { reasoning_effort: { max: 'high' } },
    };
    const given = {
      messages,
      tool_choice: 'required',
      service_tier: 'scale',
      reasoning_effort: 'max',
    };
    const { body, notices } = apply(given, quirks);
    expect(body).toEqual({ messages, tool_choice: 'any', reasoning_effort: 'high' });
    expect(notices.map(({ field, action }) => `${action} ${field}`)).toEqual([
      'drop service_tier',
      'clamp reasoning_effort',
    ]);
    const other = { messages, tool_choice: 'toString', reasoning_effort: 'low' };
    expect(apply(other, quirks).body).toEqual(other);
  });

  it('writes messages anew, roles and fields', () => {
    const given = [
      { role: 'developer', content: 'Be brief.', name: 'x' },
      { role: 'user', content: 'Hi' },
    ];
    const quirks = { roles: { developer: 'system' }, dropOfMessages: ['name'] };
    expect(apply({ messages: given }, quirks).body).toEqual({
      messages: [{ role: 'system', content: 'Be brief.' }, given[1]],
    });
  });

  it('puts a schema into words', () => {
    const schema = { type: 'object', properties: { a: { type: 'string' } } };
    const response_format = { type: 'json_schema', json_schema: { name: 'r', schema } };
    const { body, notices } = apply({ messages, response_format }, { noJsonSchema: true });
    expect(body['response_format']).toEqual({ type: 'json_object' });
    expect(JSON.stringify(body['messages'])).toContain('properties');
    expect(notices[0]).toMatchObject({ field: 'response_format', action: 'emulate' });
  });

  it('shortens ids of tool calls alike in call and result', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (a, b) => {
        const given = [
          { role: 'assistant', tool_calls: [{ id: a, type: 'function' }, { id: b }] },
          { role: 'tool', tool_call_id: a },
          { role: 'tool', tool_call_id: b },
        ];
        const { body } = apply({ messages: given }, { shortToolIds: true });
        const [call, first, second] = body['messages'] as [
          { tool_calls: { id: string }[] },
          { tool_call_id: string },
          { tool_call_id: string },
        ];
        const ids = call.tool_calls.map(({ id }) => id);
        expect(ids).toEqual([first.tool_call_id, second.tool_call_id]);
        for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9]{9}$/);
        expect(ids[0] === ids[1]).toBe(a === b);
      }),
    );
  });
});
