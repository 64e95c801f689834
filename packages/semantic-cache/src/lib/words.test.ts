import { describe, expect, it } from 'vitest';
import { isPlural, lemmasOf } from './lemma.ts';
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
  ])('finds for %s the base %s', (left, right) => {
    expect(lemmasOf(left)).toContain(right);
  });

  it.each([
    ['hoping', 'hop'],
    ['hopping', 'hope'],
    ['news', 'new'],
    ['cheaper', 'cheap'],
    ['bring', 'br'],
    ['need', 'ne'],
    ['bus', 'bu'],
    ['means', 'mean'],
    ['teacher', 'teach'],
    ['constructor', '__proto__'],
  ])('does not find for %s the base %s', (word, base) => {
    expect(lemmasOf(word)).not.toContain(base);
  });
});

describe('isPlural()', () => {
  it.each([
    ['password', 'passwords'],
    ['city', 'cities'],
    ['house', 'houses'],
  ])('%s has %s', (left, right) => {
    expect([isPlural(left, right), isPlural(right, left)]).toEqual([true, true]);
  });

  it.each([
    ['window', 'windows'],
    ['glass', 'glasses'],
    ['park', 'parking'],
    ['new', 'news'],
    ['person', 'people'],
    ['dog', 'dog'],
  ])('%s and %s are two words', (left, right) => {
    expect([isPlural(left, right), isPlural(right, left)]).toEqual([false, false]);
  });
});

describe('isMisspelling()', () => {
  it.each([
    ['capital', 'captial'],
    ['address', 'adress'],
    ['restaurant', 'restaurnat'],
    ['receive', 'recieve'],
    ['occurrence', 'occurence'],
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
    ['vacation', 'vocation'],
    ['descent', 'decent'],
    ['insulin', 'inulin'],
    ['interstate', 'intestate'],
    ['columbia', 'colombia'],
    ['princes', 'princess'],
    ['signing', 'singing'],
  ])('keeps %s and %s apart', (left, right) => {
    expect([isMisspelling(left, right), isMisspelling(right, left)]).toEqual([false, false]);
  });
});

describe('readSentence()', () => {
  it('writes short forms out, and common misspellings right', () => {
    expect(textsOf("What's seperate, and why don't we've it?")).toEqual(
      'what is separate and why do not we have it'.split(' '),
    );
  });

  it('takes words to the letter where they are the matter, and outside of English', () => {
    expect(textsOf("Spell the word don't")).toEqual(['spell', 'the', 'word', "don't"]);
    expect(textsOf('Le livre dont il parle')).toEqual(['le', 'livre', 'dont', 'il', 'parle']);
  });

  it('passes over a "the" only before superlatives and "of"', () => {
    expect(textsOf('What is the best of the time of the day')).toEqual(
      'what is best of time of the day'.split(' '),
    );
  });

  it('tells names from other words', () => {
    const entities = readSentence('The Eiffel tower in NASA style, gpt4 and iPhone').words.filter(
      ({ entity }) => entity,
    );
    expect(entities.map(({ text }) => text)).toEqual(['eiffel', 'NASA', 'gpt4', 'iPhone']);
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
