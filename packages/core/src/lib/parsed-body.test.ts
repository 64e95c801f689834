import { expect, it } from 'vitest';
import { createContext } from './context.ts';
import { addReplyStage, createReply } from './reply.ts';
import type { ReplyStage } from './stage-types.ts';

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
