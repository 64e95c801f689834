import { describe, expect, it } from 'vitest';
import { CallNotes } from './call-notes.ts';

const key = (): object => ({});

describe('notes on a call', () => {
  it('are found by the object that they were written by', () => {
    const [mine, yours] = [key(), key()];
    const notes = new CallNotes(() => {});
    notes.set(mine, 'mine');
    expect(notes.get(mine)).toBe('mine');
    expect(notes.get(yours)).toBeUndefined();
    notes.set(mine, 'again');
    expect(notes.get(mine)).toBe('again');
  });

  it('are eight at most: the oldest goes', () => {
    const notes = new CallNotes(() => {});
    const keys = Array.from({ length: 9 }, key);
    for (const [at, one] of keys.slice(0, 8).entries()) notes.set(one, at, 10);
    notes.set(keys[0]!, 'written anew', 10);
    notes.set(keys[8]!, 8, 10);
    expect(keys.map((one) => notes.get(one))).toEqual([
      'written anew',
      undefined,
      ...[2, 3, 4, 5, 6, 7, 8],
    ]);
    expect(notes.bytes).toBe(80);
  });

  it('tell by how much they grew, until they are closed', () => {
    const grown: number[] = [];
    const notes = new CallNotes((bytes) => grown.push(bytes));
    const mine = key();
    notes.set(mine, 'long', 100);
    notes.set(mine, 'short', 30);
    notes.set(key(), true);
    notes.close();
    notes.set(key(), 'more', 50);
    expect(grown).toEqual([100, -70, 0]);
    expect(notes.bytes).toBe(80);
  });
});
