import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashText } from './fast-hash.ts';
import { createWordIndex, type WordIndex, type WordItem } from './word-index.ts';
import { readWordText } from './word-text.ts';

function item(text: string, fields: Partial<WordItem> = {}): WordItem {
  const id = fields.id ?? text;
  const hash = hashText(id, 0);
  const { words } = readWordText('s', text);
  return { id, hash, scope: 's', text, words, expiresAt: 1000, ...fields };
}

function add(index: WordIndex, one: WordItem): void {
  index.add(one, readWordText(one.scope, one.text));
}

function found(index: ReturnType<typeof createWordIndex>, text: string, scope = 's'): string[] {
  return index.near(readWordText(scope, text), 100).map(({ item }) => item.id);
}

/** What differs by one word at most, by the definition. */
function isNear(one: readonly string[], other: readonly string[]): boolean {
  if (one.join(' ') === other.join(' ')) return true;
  const without = (words: readonly string[], at: number) =>
    words.filter((_, i) => i !== at).join(' ');
  const holes = (words: readonly string[]) => words.map((_, at) => `${at} ${without(words, at)}`);
  if (one.length === other.length) {
    const left = new Set(holes(one));
    return holes(other).some((hole) => left.has(hole));
  }
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  if (long.length - short.length !== 1) return false;
  return long.some((_, at) => without(long, at) === short.join(' '));
}

describe('createWordIndex()', () => {
  it('finds exactly the texts that differ in one word at most', () => {
    const text = fc
      .array(fc.constantFrom('ka', 'lo', 'mi', 'nu'), { minLength: 1, maxLength: 7 })
      .map((words) => words.join(' '));
    fc.assert(
      fc.property(fc.uniqueArray(text, { maxLength: 30 }), text, (stored, asked) => {
        const index = createWordIndex({ now: () => 0 });
        for (const one of stored) add(index, item(one));
        const near = stored.filter((one) => isNear(one.split(' '), asked.split(' ')));
        expect(found(index, asked).sort()).toEqual(near.sort());
      }),
    );
  });

  it('misses none of them where words are parts of one another', () => {
    const text = fc
      .array(fc.constantFrom('a', 'aa', 'ab', 'ba', 'b'), { minLength: 1, maxLength: 6 })
      .map((words) => words.join(' '));
    fc.assert(
      fc.property(fc.uniqueArray(text, { maxLength: 30 }), text, (stored, asked) => {
        const index = createWordIndex({ now: () => 0 });
        for (const one of stored) add(index, item(one));
        const answers = found(index, asked);
        for (const one of stored)
          if (isNear(one.split(' '), asked.split(' '))) expect(answers).toContain(one);
      }),
    );
  });

  it('answers the same text first, then the newest', () => {
    const index = createWordIndex({ now: () => 0 });
    for (const text of [
      'translate it into Polish',
      'translate it into Czech',
      'translate it into Thai',
    ])
      add(index, item(text));
    expect(found(index, 'translate it into Polish')).toEqual([
      'translate it into Polish',
      'translate it into Thai',
      'translate it into Czech',
    ]);
  });

  it('prefers another spelling to another word, however old', () => {
    const index = createWordIndex({ now: () => 0 });
    add(index, item('translate vacation plans today'));
    add(index, item('translate ticket today'));
    for (let at = 0; at < 100; at++) {
      add(index, item(`translate word${at} plans today`));
      add(index, item(`translate word${at} today`));
    }
    const nearest = (text: string) => index.near(readWordText('s', text), 1)[0];
    expect(nearest('translate vacatoin plans today')).toMatchObject({
      item: { id: 'translate vacation plans today' },
      differs: 'in-spelling',
    });
    expect(nearest('translate tickets today')).toMatchObject({
      item: { id: 'translate ticket today' },
      differs: 'in-spelling',
    });
    expect(nearest('translate word7 today')).toMatchObject({ differs: 'not' });
    expect(nearest('translate nothing today')).toMatchObject({ differs: 'in-a-word' });
    expect(nearest('translate today')).toMatchObject({ differs: 'in-a-word' });
  });

  it('finds the same words among thousands of one template, of whatever age', () => {
    const index = createWordIndex({ now: () => 0 });
    const texts = Array.from({ length: 3000 }, (_, at) => `translate word${at} quickly`);
    for (const text of texts) add(index, item(text));
    for (const at of [0, 500, 2999]) {
      const [first, second] = found(index, `Translate "word${at}" quickly!`);
      expect(first).toBe(texts[at]);
      expect(second).toBe(texts[at === 2999 ? 2998 : 2999]);
    }
  });

  it('keeps scopes apart, and forgets what has expired or was deleted', () => {
    let time = 0;
    const index = createWordIndex({ now: () => time });
    add(index, item('who are you'));
    add(index, item('who is she', { expiresAt: 5 }));
    expect(found(index, 'who are you', 'other')).toEqual([]);
    time = 6;
    expect(found(index, 'who is she')).toEqual([]);
    index.delete('who are you', hashText('who are you', 0));
    expect(found(index, 'who are you')).toEqual([]);
  });

  it('replaces an item of the same id', () => {
    const index = createWordIndex({ now: () => 0 });
    add(index, item('one two three', { id: 'a' }));
    add(index, item('four five six', { id: 'a' }));
    expect(found(index, 'one two three')).toEqual([]);
    expect(found(index, 'four five six')).toEqual(['a']);
  });

  it('stays within its bytes, the oldest first', () => {
    const index = createWordIndex({ now: () => 0, maxBytes: 4000 });
    for (let at = 0; at < 100; at++) add(index, item(`question number${at}`));
    expect(index.bytes()).toBeLessThanOrEqual(4000);
    expect(found(index, 'question number99')).toContain('question number99');
    expect(found(index, 'question number1')).not.toContain('question number1');
  });
});
