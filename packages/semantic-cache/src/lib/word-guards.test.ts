import { describe, expect, it } from 'vitest';
import { guardConformance } from './guard.conformance.ts';
import type { Guard } from './guard.ts';
import { roleGuard } from './guard-roles.ts';
import { tenseGuard } from './guard-tense.ts';
import { lightGuards } from './guards.ts';
import { pairTexts } from './sentence-pair.ts';
import { wordGuards } from './word-guards.ts';

const refuses = (guard: Guard, left: string, right: string) =>
  [pairTexts(left, right), pairTexts(right, left)].map((pair) => guard.refuses(pair));

guardConformance(roleGuard());
guardConformance(tenseGuard());

describe('roleGuard()', () => {
  it.each([
    ['Can you help me?', 'Can I help you?'],
    ['How can I help you?', 'How can you help me?'],
    ['Can you explain the rule to me?', 'Can I explain the rule to you?'],
    ['Write a poem for my wife', 'Write a poem by my wife'],
    ['What is the time in Rome?', 'What is the time to Rome?'],
    ['flights from Rome', 'flights to Rome'],
  ])('tells %j from %j', (left, right) => {
    expect(refuses(roleGuard(), left, right)).toEqual([true, true]);
  });

  it.each([
    ['Can you help me reset my password?', 'How do I reset my password?'],
    ['the weather in Rome', 'the weather for Rome'],
    ['Who works at the station?', 'Who works in the station?'],
    ['a poem about love', 'a poem on love'],
    ['Write a poem', 'Write a poem about love'],
    ['I want to book a flight to Rome', 'book me a flight to Rome'],
  ])('lets %j answer %j', (left, right) => {
    expect(refuses(roleGuard(), left, right)).toEqual([false, false]);
  });
});

describe('tenseGuard()', () => {
  it.each([
    ['What is the capital of Peru?', 'What was the capital of Peru?'],
    ['Where do I find the key?', 'Where did I find the key?'],
    ["Why doesn't it work?", "Why didn't it work?"],
    ['Who has won?', 'Who had won?'],
  ])('tells %j from %j', (left, right) => {
    expect(refuses(tenseGuard(), left, right)).toEqual([true, true]);
  });

  it.each([
    ['how to reset my password', 'how did you reset my password'],
    ['What is the news and what was it?', 'What was it?'],
    ['show me my balance', 'what is my balance'],
  ])('lets %j answer %j', (left, right) => {
    expect(refuses(tenseGuard(), left, right)).toEqual([false, false]);
  });
});

it('wordGuards() are the light ones and three more', () => {
  const names = (guards: readonly Guard[]) => guards.map(({ name }) => name);
  expect(names(wordGuards())).toEqual([...names(lightGuards()), 'roles', 'tense', 'rare-words']);
  expect(() => wordGuards({ weights: [['a', 16]] })).toThrow('weight of "a"');
});
