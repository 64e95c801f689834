import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRecencyMap } from './recency-map.ts';

it('does what a Map does that is told of every use, whatever comes', () => {
  const key = fc.integer({ min: 0, max: 6 });
  const step = fc.oneof(
    fc.tuple(fc.constant('set' as const), key, fc.integer()),
    fc.tuple(fc.constant('use' as const), key, fc.constant(0)),
    fc.tuple(fc.constant('get' as const), key, fc.constant(0)),
    fc.tuple(fc.constant('delete' as const), key, fc.constant(0)),
    fc.tuple(fc.constant('clear' as const), key, fc.constant(0)),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const model = new Map<number, number>();
      const map = createRecencyMap<number, number>();
      for (const [what, at, value] of steps) {
        if (what === 'set') {
          map.set(at, value);
          model.set(at, value);
        } else if (what === 'use') {
          const expected = model.get(at);
          expect(map.use(at)).toBe(expected);
          if (expected !== undefined) {
            model.delete(at);
            model.set(at, expected);
          }
        } else if (what === 'get') {
          expect(map.get(at)).toBe(model.get(at));
        } else if (what === 'delete') {
          expect(map.delete(at)).toBe(model.delete(at));
        } else {
          map.clear();
          model.clear();
        }
        expect(map.size).toBe(model.size);
        expect([...map.values()]).toEqual([...model.values()]);
        expect(map.oldest()?.key).toBe(model.keys().next().value);
      }
    }),
  );
});

it('goes on when what is read is deleted on the way', () => {
  const map = createRecencyMap<string, string>();
  for (const name of ['a', 'b', 'c', 'd']) map.set(name, name);
  const seen: string[] = [];
  for (const name of map.values()) {
    seen.push(name);
    map.delete(name);
  }
  expect(seen).toEqual(['a', 'b', 'c', 'd']);
  expect(map.size).toBe(0);
});
