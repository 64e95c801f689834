import { describe, expect, it } from 'vitest';
import { createContext } from './context.ts';
import { addReplyStage, createReply } from './reply.ts';
import type { ReplyStage } from './stage-types.ts';
import { WholeBody } from './whole-body.ts';

async function stagesSee(body: string, ...stages: ReplyStage[]) {
  const context = createContext(new Request('http://localhost/'));
  const seen: unknown[] = [];
  const watch: ReplyStage = { name: 'watch', body: (whole) => void seen.push(whole.json()) };
  let response = createReply({ body });
  const read = await context.json(response).catch(() => 'no JSON');
  for (const stage of [watch, ...stages, watch]) response = addReplyStage(response, stage, context);
  return { read, seen, sent: await response.text() };
}

it('stages see the value that was read before, not another parse of it', async () => {
  const { read, seen, sent } = await stagesSee('{"a":[1]}');
  expect(read).toEqual({ a: [1] });
  expect(seen[0]).toBe(read);
  expect(seen[1]).toBe(read);
  expect(sent).toBe('{"a":[1]}');
});

it('stages outside of one that changes the body see the changed one', async () => {
  const transform: ReplyStage = {
    name: 'change',
    transform: true,
    body: () => new TextEncoder().encode('{"b":2}'),
  };
  const { seen, sent } = await stagesSee('{"a":[1]}', transform);
  expect(seen).toEqual([{ a: [1] }, { b: 2 }]);
  expect(sent).toBe('{"b":2}');
});

it('stages see null as null, and what is no JSON as undefined', async () => {
  expect((await stagesSee('null')).seen).toEqual([null, null]);
  expect((await stagesSee('{"a"')).seen).toEqual([undefined, undefined]);
});

describe('bytes that come again', () => {
  const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

  function parse(bytes: Uint8Array): unknown {
    return new WholeBody([bytes], bytes.length).json();
  }

  it('are parsed twice, and then what they said can not be changed', () => {
    const bytes = bytesOf('{"a":[{"b":1}]}');
    const [first, second, third] = [parse(bytes), parse(bytes), parse(bytes)];
    expect(second).not.toBe(first);
    expect(third).toBe(second);
    expect(third).toEqual({ a: [{ b: 1 }] });
    expect(() => {
      (third as { a: { b: number }[] }).a[0]!.b = 2;
    }).toThrow(TypeError);
  });

  it('are parsed anew when 256 others came since, and when they are many', () => {
    const bytes = bytesOf('{"a":1}');
    const large = bytesOf(JSON.stringify({ a: 'x'.repeat(20_000) }));
    for (let time = 0; time < 3; time++) {
      parse(bytes);
      parse(large);
    }
    expect(parse(bytes)).toBe(parse(bytes));
    expect(parse(large)).not.toBe(parse(large));
    const before = parse(bytes);
    for (let number = 0; number < 256; number++) {
      const other = bytesOf(`{"a":${number}}`);
      parse(other);
      parse(other);
    }
    expect(parse(bytes)).not.toBe(before);
  });

  it('may nest as deep as a parser goes, or be no JSON', () => {
    const deep = bytesOf(`${'['.repeat(7000)}${']'.repeat(7000)}`);
    for (let time = 0; time < 3; time++) expect(Array.isArray(parse(deep))).toBe(true);
    expect(parse(deep)).toBe(parse(deep));
    const none = bytesOf('{"a"');
    for (let time = 0; time < 3; time++) expect(parse(none)).toBeUndefined();
  });
});
