import { describe, expect, it } from 'vitest';
import { wordEmbedder } from './embedders/word-embedder.ts';
import { createBench } from './fixture.ts';
import { guardConformance } from './guard.conformance.ts';
import { rareWordGuard } from './guard-rare-words.ts';
import { lightGuards } from './guards.ts';
import { pairTexts } from './sentence-pair.ts';

const guard = rareWordGuard();
guardConformance(guard);

const refuses = (left: string, right: string, by = guard) => by.refuses(pairTexts(left, right));

describe('rareWordGuard()', () => {
  it.each([
    ['is it safe to take aspirin while pregnant', 'is it safe to take ibuprofen while pregnant'],
    ['is it safe to take aspirin', 'is it safe to take aspirin while pregnant'],
    ['how long should i cook a chicken in the oven', 'how long should i cook a turkey in the oven'],
    ['what is the best way to learn the piano', 'what is the best way to learn the guitar'],
    ['how do i remove wine stains from a carpet', 'how do i remove coffee stains from a carpet'],
    ['write a function that sorts a list', 'write a function that reverses a list'],
    ['how do I install docker on ubuntu', 'how do I install docker on debian'],
    ['can dogs eat grapes', 'can dogs eat apples'],
    ['how do i delete my account permanently', 'how do i delete my account temporarily'],
    ['how to center a div horizontally', 'how to center a div vertically'],
    ['what is the weather in berlin tomorrow', 'what is the weather in munich tomorrow'],
    ['wie lange kocht man ein ei', 'wie lange kocht man eine kartoffel'],
  ])('tells %j from %j', (left, right) => {
    expect(refuses(left, right)).toBe(true);
  });

  it.each([
    ['how do i reset my password', 'please can you help me to reset my password'],
    ['how do i change my shipping address', 'how can i change the shipping address'],
    ['show me my account balance', 'can you show my account balance please'],
    ['what should i know about sorting lists', 'what do i need to know about sorting a list'],
    ['i want to book a flight', 'i would like to book a flight'],
    ['wie lange kocht man ein ei', 'wie lange kocht man ein ei'],
  ])('lets %j answer %j', (left, right) => {
    expect(refuses(left, right)).toBe(false);
  });

  it('leaves numbers and names to their own guards', () => {
    expect(refuses('list 5 cities', 'list 7 cities')).toBe(false);
    expect(refuses('list the cities', 'list the + cities')).toBe(false);
  });

  it('goes by weights of the user', () => {
    const weights: [string, number][] = [
      ['aspirin', 3],
      ['ibuprofen', 13],
      ['naproxen', 11],
    ];
    const own = rareWordGuard({ weights });
    expect(refuses('take aspirin', 'ibuprofen take', own)).toBe(false);
    // The one word that differs, in the same place, is the matter.
    expect(refuses('take aspirin', 'take ibuprofen', own)).toBe(true);
    expect(refuses('take naproxen', 'take ibuprofen', own)).toBe(true);
    expect(refuses('take aspirin', 'take paracetamol', own)).toBe(true);
    expect(() => rareWordGuard({ weights: [['a', 16]] })).toThrow('weight of "a"');
  });

  it('is named where it kept an answer back', async () => {
    const asked = (drug: string) => `is it safe to take ${drug} while pregnant`;
    for (const guards of [lightGuards(), [...lightGuards(), guard]]) {
      const { ask, settled } = createBench({
        cache: { semantic: { embedder: wordEmbedder(), guards } },
      });
      await ask(asked('aspirin'));
      await settled();
      const { cache } = await ask(asked('ibuprofen'));
      if (guards.includes(guard)) expect(cache).toContain('detail=rare-words');
      else expect(cache).toContain('detail=semantic');
    }
  });
});
