import { expect, it } from 'vitest';
import { createBodies, sseEvents } from './messages.mjs';

it('makes 1 kB bodies that are never the same', () => {
  const seen = new Set();
  for (const seed of [1, 2, 3]) {
    const next = createBodies('json', seed);
    for (let count = 0; count < 5000; count++) seen.add(next());
  }
  expect(seen.size).toBe(15_000);
  for (const body of seen) expect(body.length).toBe(1024);
});

it('makes texts of which no two have a half in common, those of other seeds included', () => {
  const halves = new Set();
  let count = 0;
  for (const seed of [1, 2, 3]) {
    const next = createBodies('json', seed);
    for (; count < seed * 3000; count++) {
      const words = JSON.parse(next()).messages[1].content.split(' ');
      const half = words.length >> 1;
      halves.add(`first ${words.slice(0, half).join(' ')}`);
      halves.add(`last ${words.slice(-half).join(' ')}`);
    }
  }
  expect(halves.size).toBe(2 * count);
});

it('fills a template with a word and a mark that are never the same twice', () => {
  const next = createBodies('template', 1);
  const texts = Array.from({ length: 3000 }, () => JSON.parse(next()).messages[1].content);
  const around = (text) => text.slice(6, -11);
  expect(new Set(texts.map(around)).size).toBe(1);
  expect(new Set(texts.map((text) => text.slice(0, 6))).size).toBeGreaterThan(1000);
  expect(new Set(texts).size).toBe(3000);
});

it('repeats one body for hits, whatever the seed', () => {
  const [first, second] = [createBodies('same', 1), createBodies('same', 2)];
  expect(first()).toBe(first());
  expect(second()).toBe(first());
});

it('streams 64 events that end with [DONE]', () => {
  expect(sseEvents.length).toBe(64);
  expect(sseEvents.at(-1)).toBe('data: [DONE]\n\n');
  expect(JSON.parse(createBodies('stream', 1)()).stream).toBe(true);
});
