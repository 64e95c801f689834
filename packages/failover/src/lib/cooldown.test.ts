import { describe, expect, it } from 'vitest';
import { createCooldowns } from './cooldown.ts';

const a = { provider: 'a', baseUrl: 'https://a.test/v1' };
const b = { provider: 'a', baseUrl: 'https://a.test/v1', model: 'x' };

describe('createCooldowns()', () => {
  it('ends by itself', () => {
    let time = 0;
    const cooldowns = createCooldowns(() => time);
    cooldowns.set(a, 'm', 10);
    expect(cooldowns.until(a, 'm')).toBe(10);
    time = 10;
    expect(cooldowns.until(a, 'm')).toBe(0);
  });

  it('keeps targets and models apart, even where they look alike', () => {
    const cooldowns = createCooldowns(() => 0);
    cooldowns.set(a, 'm', 10);
    expect(cooldowns.until(a, 'n')).toBe(0);
    expect(cooldowns.until({ ...a }, 'm')).toBe(0);
    cooldowns.set(b, 'm', 20);
    expect(cooldowns.until(b, 'whatever the caller asked for')).toBe(20);
  });

  it('never ends earlier than was known, unless cleared', () => {
    const cooldowns = createCooldowns(() => 0);
    cooldowns.set(a, 'm', 10);
    cooldowns.set(a, 'm', 5);
    expect(cooldowns.until(a, 'm')).toBe(10);
    cooldowns.clear(a, 'm');
    expect(cooldowns.until(a, 'm')).toBe(0);
  });

  it('is bounded: the oldest makes room', () => {
    const cooldowns = createCooldowns(() => 0);
    for (let index = 0; index <= 1000; index++) cooldowns.set(a, `m${index}`, 10);
    expect(cooldowns.until(a, 'm0')).toBe(0);
    expect(cooldowns.until(a, 'm1')).toBe(10);
    expect(cooldowns.until(a, 'm1000')).toBe(10);
  });
});
