import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createChains } from './chains.ts';

function members(chains: ReturnType<typeof createChains>, key: number): number[] {
  const found: number[] = [];
  for (let at = chains.first(key); at !== -1; at = chains.next(at)) found.push(at);
  return found;
}

it('keeps the members of each key, the newest first, while it grows and shrinks', () => {
  // Keys that share a head in a small table, negative ones among them.
  const key = fc.constantFrom(0, 1, 2, 3, 4, 8, -1, -4, 0x7fffffff, -0x80000000);
  const step = fc.record({ key, member: fc.nat(40), add: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const chains = createChains(2);
      const model = new Map<number, number[]>();
      const keyOf = new Map<number, number>();
      for (const { key, member, add } of steps) {
        const under = keyOf.get(member);
        if (add && under === undefined) {
          chains.add(key, member);
          model.set(key, [member, ...(model.get(key) ?? [])]);
          keyOf.set(member, key);
        } else if (!add && under !== undefined) {
          chains.remove(member);
          model.set(
            under,
            model.get(under)!.filter((it) => it !== member),
          );
          keyOf.delete(member);
        }
        for (const [it, expected] of model) expect(members(chains, it)).toEqual(expected);
      }
    }),
  );
});
