import { expect, it } from 'vitest';
import { createContext } from './context.ts';
import { notesOf } from './json-notes.ts';
import { createReply } from './reply.ts';

const key = Symbol('test');

async function readReply(body: string): Promise<object> {
  const context = createContext(new Request('http://localhost/'));
  return (await context.json(createReply({ body }))) as object;
}

it('keeps notes with a reply that was read, although it can not be changed', async () => {
  const body = await readReply('{"a":[1]}');
  const notes = notesOf(body)!;
  expect(notes[key]).toBeUndefined();
  notes[key] = 'noted';
  expect(notesOf(body)?.[key]).toBe('noted');
  expect(Object.isFrozen(body)).toBe(true);
  expect(notesOf(await readReply('[1]'))).toEqual({});
});

it('shows them to nobody else, and gives none to a copy', async () => {
  const body = await readReply('{"a":1}');
  expect(body).toEqual({ a: 1 });
  expect(JSON.stringify(body)).toBe('{"a":1}');
  expect(Reflect.ownKeys({ ...body })).toEqual(['a']);
  expect(notesOf({ ...body })).toBeUndefined();
  expect(notesOf(structuredClone(body))).toBeUndefined();
});

it('has no place for them on what is no reply', async () => {
  const request = new Request('http://localhost/', { method: 'POST', body: '{"a":1}' });
  const asked = (await createContext(request).json(request)) as object;
  expect(notesOf(asked)).toBeUndefined();
  expect(await readReply('null')).toBeNull();
});
