import { describe, expect, it } from 'vitest';
import { isSameWord, lemmasOf } from './lemma.ts';
import { isMisspelling } from './misspelling.ts';
import { readSentence } from './sentence.ts';

describe('lemmasOf()', () => {
  it.each([
    ['cities', 'city'],
    ['boxes', 'box'],
    ['houses', 'house'],
    ['buses', 'bus'],
    ['learning', 'learn'],
    ['hoping', 'hope'],
    ['hopping', 'hop'],
    ['visited', 'visit'],
    ['tried', 'try'],
    ['women', 'woman'],
    ['calling', 'call'],
  ])('finds %s and %s to be one word', (left, right) => {
    expect(isSameWord(lemmasOf(left), lemmasOf(right))).toBe(true);
  });

  it.each([
    ['hoping', 'hopping'],
    ['news', 'new'],
    ['cheap', 'cheaper'],
    ['bring', 'br'],
    ['need', 'ne'],
    ['bus', 'bu'],
    ['means', 'mean'],
    ['teach', 'teacher'],
    ['constructor', '__proto__'],
  ])('keeps %s and %s apart', (left, right) => {
    expect(isSameWord(lemmasOf(left), lemmasOf(right))).toBe(false);
  });
});

describe('isMisspelling()', () => {
  it.each([
    ['capital', 'captial'],
    ['address', 'adress'],
    ['definitely', 'definately'],
    ['separate', 'seperate'],
    ['temperature', 'temperture'],
  ])('finds %s in %s', (left, right) => {
    expect([isMisspelling(left, right), isMisspelling(right, left)]).toEqual([true, true]);
  });

  it.each([
    ['iceland', 'ireland'],
    ['sulfate', 'sulfite'],
    ['county', 'country'],
    ['contact', 'contract'],
    ['human', 'humane'],
    ['price', 'prince'],
    ['typical', 'atypical'],
    ['export', 'expert'],
    ['adapter', 'adopter'],
    ['shipping', 'shopping'],
    ['tasting', 'testing'],
    ['planes', 'planets'],
    ['streams', 'steams'],
    ['staring', 'starring'],
    ['bought', 'brought'],
    ['counties', 'countries'],
    ['tracking', 'trucking'],
    ['france', 'greece'],
  ])('keeps %s and %s apart', (left, right) => {
    expect([isMisspelling(left, right), isMisspelling(right, left)]).toEqual([false, false]);
  });
});

describe('readSentence()', () => {
  it('writes short forms out and leaves small words away', () => {
    expect(textsOf("What's the U.S. doing, and why don't we know?")).toEqual(
      ['U', 'S', 'doing', 'why', 'not', 'we', 'know'].map((word) => word.toLowerCase()),
    );
  });

  it('keeps all words where there are only small ones, or where they are the matter', () => {
    expect(textsOf('What is it about')).toEqual(['what', 'is', 'it', 'about']);
    expect(textsOf('Spell the word: it is')).toEqual(['spell', 'the', 'word', 'it', 'is']);
  });

  it('tells names from other words', () => {
    const entities = readSentence('The Eiffel tower in NASA style, gpt4 and iPhone').words.filter(
      ({ entity }) => entity,
    );
    expect(entities.map(({ text }) => text)).toEqual(['eiffel', 'nasa', 'gpt4', 'iphone']);
    expect(readSentence('WHAT IS THIS').words.some(({ entity }) => entity)).toBe(false);
  });

  it('finds quotes and does not take apostrophes for them', () => {
    expect(readSentence(`Say 'good  morning' and "bye", don't 'stop`).quotes).toEqual([
      'good morning',
      'bye',
    ]);
  });

  it('counts negations', () => {
    expect(readSentence("I can't go without no one").negations).toBe(3);
  });
});

function textsOf(text: string): string[] {
  return readSentence(text).words.map((word) => word.text);
}
