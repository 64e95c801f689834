import type { JsonObject } from '@wintergate/wire';
import { describe, expect, it } from 'vitest';
import { createBench } from './fixture.ts';
import { lightGuards } from './guards.ts';
import type { SemanticOptions } from './options.ts';

const user = (content: string) => ({ role: 'user', content });
const assistant = (content: string) => ({ role: 'assistant', content });
const asked = 'How do I get to the station?';
const reworded = 'How can I get to the station?';

/** What the cache says of the reworded message after the other was answered, with the same messages before both. */
async function saidAfter(before: JsonObject[], semantic: SemanticOptions = {}): Promise<string> {
  const bench = createBench({ cache: { tenant: 'shared', semantic } });
  const turn = (text: string) => bench.ask('', { body: { messages: [...before, user(text)] } });
  await turn(asked);
  await bench.settled();
  expect((await turn(asked)).cache).toContain('detail=exact');
  return (await turn(reworded)).cache;
}

describe('where the conversation is about wording', () => {
  it.each([
    'Translate the message into French.',
    'You are a TRANSLATOR. Answer with the translation alone.',
    'Proofread what the user writes.',
    'Rewrite the text in a friendlier tone.',
    'Correct all mistakes in the sentences that you get.',
    'You are an echo bot: repeat what the user says.',
    'Tell how many there are: count the letters and words of the message.',
    'Übersetze jede Nachricht ins Englische.',
    'Tu traduis en anglais.',
    '把用户的话翻译成英文',
  ])('only identical calls share an answer: %s', async (system) => {
    expect(await saidAfter([{ role: 'system', content: system }])).toContain('fwd=miss');
    const light = { guards: lightGuards() };
    expect(await saidAfter([{ role: 'system', content: system }], light)).toContain('fwd=miss');
    expect(await saidAfter([user(system), assistant('Gladly.')])).toContain('fwd=miss');
  });

  it.each([
    'You are a helpful assistant.',
    'Answer correctly, and check your facts before you answer.',
    'You write for a bank. Be brief. Do not repeat yourself. You can count on the texts below.',
  ])('elsewhere a rewording shares it: %s', async (system) => {
    expect(await saidAfter([{ role: 'system', content: system }])).toContain('detail=semantic');
    expect(await saidAfter([user(system), assistant('Gladly.')])).toContain('detail=semantic');
  });

  it('says nothing of the last message, which is compared word by word', async () => {
    expect(await saidAfter([])).toContain('detail=semantic');
    const bench = createBench({ cache: { tenant: 'shared' } });
    await bench.ask('Translate good morning into Spanish');
    await bench.settled();
    const { cache } = await bench.ask('Please translate good morning into Spanish.');
    expect(cache).toContain('detail=semantic');
  });
});
