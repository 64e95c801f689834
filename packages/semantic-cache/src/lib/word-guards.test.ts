import { describe, expect, it } from 'vitest';
import { guardConformance } from './guard.conformance.ts';
import type { Guard } from './guard.ts';
import { arrangementGuard } from './guard-arrangement.ts';
import { particleGuard } from './guard-particles.ts';
import { quantityGuard } from './guard-quantities.ts';
import { requestGuard } from './guard-requests.ts';
import { roleGuard } from './guard-roles.ts';
import { tenseGuard } from './guard-tense.ts';
import { lightGuards } from './guards.ts';
import { pairTexts } from './sentence-pair.ts';
import { wordGuards } from './word-guards.ts';

const refuses = (guard: Guard, left: string, right: string) =>
  [pairTexts(left, right), pairTexts(right, left)].map((pair) => guard.refuses(pair));

guardConformance(roleGuard());
guardConformance(tenseGuard());
guardConformance(requestGuard());
guardConformance(quantityGuard());
guardConformance(particleGuard());
guardConformance(arrangementGuard());

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
    ['did my package arrive', 'will my package arrive'],
    ['how many people live in Paris', 'how many people lived in Paris'],
  ])('tells %j from %j', (left, right) => {
    expect(refuses(tenseGuard(), left, right)).toEqual([true, true]);
  });

  it.each([
    ['how to reset my password', 'how did you reset my password'],
    ['What is the news and what was it?', 'What was it?'],
    ['show me my balance', 'what is my balance'],
    ['is it going to rain', 'will it rain'],
    ['what is the weather tomorrow', 'what will the weather be tomorrow'],
    ['i use it', 'it is used'],
  ])('lets %j answer %j', (left, right) => {
    expect(refuses(tenseGuard(), left, right)).toEqual([false, false]);
  });
});

describe('requestGuard()', () => {
  it.each([
    ['do I have to pay', 'why do I have to pay'],
    ['do I have to pay', 'I have to pay'],
    ['why do I have to pay', 'why do I pay'],
    ['is the museum open', 'when is the museum open'],
    ['can I freeze rice', 'how do I freeze rice'],
    ['I want to write a poem', 'I want you to write a poem'],
    ['is there parking at the hotel', 'where is there parking at the hotel'],
  ])('tells %j from %j', (left, right) => {
    expect(refuses(requestGuard(), left, right)).toEqual([true, true]);
  });

  it.each([
    ['I want to cancel my order', 'cancel my order'],
    ["I'd like to know where my order is", 'where is my order'],
    ['do you know the capital of France', 'what is the capital of France'],
    ['can you tell me a joke', 'tell me a joke'],
    ['is there a way to undo it', 'how can I undo it'],
    ['do I have any meetings', 'show me my meetings'],
    ["what's my balance", 'show my balance'],
  ])('lets %j answer %j', (left, right) => {
    expect(refuses(requestGuard(), left, right)).toEqual([false, false]);
  });
});

describe('quantityGuard()', () => {
  it.each([
    ['the tallest building', 'the second tallest building'],
    ['delete a file', 'delete all files'],
    ['add milk to the list', 'add milk and eggs to the list'],
    ['a fruit', 'a fruit or a vegetable'],
    ['order the pizza', 'order another pizza'],
    ['get rid of ants', 'get ants'],
  ])('tells %j from %j', (left, right) => {
    expect(refuses(quantityGuard(), left, right)).toEqual([true, true]);
  });

  it.each([
    ['cancel all alarms', 'cancel every alarm'],
    ['just play jazz', 'play jazz'],
    ['salt and pepper', 'pepper and salt'],
  ])('lets %j answer %j', (left, right) => {
    expect(refuses(quantityGuard(), left, right)).toEqual([false, false]);
  });
});

describe('particleGuard()', () => {
  it.each([
    ['sign me up', 'sign me out'],
    ['how do I log in', 'how do I log'],
    ['get my money back', 'get my money'],
    ['look for my keys', 'look at my keys'],
    ['write me a poem', 'write a poem about me'],
    ['why did he leave me', 'why did he leave'],
    ['what did he say to me', 'what did he say'],
    ['what can I cook with rice', 'what can I cook rice with'],
  ])('tells %j from %j', (left, right) => {
    expect(refuses(particleGuard(), left, right)).toEqual([true, true]);
  });

  it.each([
    ['turn on the lights', 'turn the lights on'],
    ['wake me up at 7', 'wake me at 7'],
    ['explain recursion to me', 'explain recursion'],
    ['find me a hotel', 'find a hotel for me'],
    ['tell me about jazz', 'what is jazz'],
    ['the weather in Rome', 'the weather of Rome'],
  ])('lets %j answer %j', (left, right) => {
    expect(refuses(particleGuard(), left, right)).toEqual([false, false]);
  });
});

describe('arrangementGuard()', () => {
  it.each([
    ['remind me to call mom', 'remind mom to call me'],
    ['a refund for my order', 'an order for my refund'],
    ['how much do I owe my landlord', 'how much does my landlord owe me'],
    ['who owns the company', 'who does the company own'],
    ['what can I eat', 'what can eat me'],
    ['the best phone', 'the best phone case'],
    ['can dogs eat grapes', 'can dogs eat grape leaves'],
    ['a table for two', 'a table for two hours'],
    ['increase my score', 'increase the score of my son'],
    ['how do I fill a tank', 'how do I fill a fish tank'],
    ['is the museum open', 'is the museum shop open'],
    ['show me the menu', 'show me the lunch menu'],
    ['what is on the menu', 'what is on the lunch menu'],
    ['show me my bill', 'show me my water bill'],
  ])('tells %j from %j', (left, right) => {
    expect(refuses(arrangementGuard(), left, right)).toEqual([true, true]);
  });

  it.each([
    ['the balance of my account', 'my account balance'],
    ["the bank's phone number", 'the phone number of the bank'],
    ['the weather today in Oslo', 'the weather in Oslo today'],
    ['cancel the meeting at 3 pm', 'cancel the 3 pm meeting'],
    ['the difference between cats and dogs', 'the difference between dogs and cats'],
    ['how to boil an egg', 'how to boil eggs'],
    ['i forgot it', 'i have forgotten it'],
    ['what is the time', 'what is the exact time'],
    ['show me my balance', 'show me my current balance'],
    ['what is the weather like in Rome', 'what is the weather in Rome'],
    [`${'long '.repeat(40)}text`, `${'long '.repeat(40)}text`],
  ])('lets %j answer %j', (left, right) => {
    expect(refuses(arrangementGuard(), left, right)).toEqual([false, false]);
  });
});

it('wordGuards() are the light ones and seven more', () => {
  const names = (guards: readonly Guard[]) => guards.map(({ name }) => name);
  const more = ['roles', 'tense', 'requests', 'quantities', 'particles', 'arrangement'];
  expect(names(wordGuards())).toEqual([...names(lightGuards()), ...more, 'rare-words']);
  expect(() => wordGuards({ weights: [['a', 16]] })).toThrow('weight of "a"');
});
