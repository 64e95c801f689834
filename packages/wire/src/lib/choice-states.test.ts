import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChoiceStates } from './choice-states.ts';

describe('ChoiceStates', () => {
  it('knows what has begun and what has ended, like two sets', () => {
    const step = fc.record({ choice: fc.integer({ min: 0, max: 5 }), ends: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const states = new ChoiceStates(128);
        const open = new Set<number>();
        const finished = new Set<number>();
        for (const { choice, ends } of steps) {
          expect(states.begin(choice)).toBe(true);
          if (!finished.has(choice)) open.add(choice);
          if (ends && !finished.has(choice)) {
            states.finish(choice);
            open.delete(choice);
            finished.add(choice);
          }
          expect(states.areOpen).toBe(open.size > 0);
          expect(states.finished).toBe(finished.size);
          expect(states.hasFinished(choice)).toBe(finished.has(choice));
        }
      }),
    );
  });

  it('never ends once there were more than there can be', () => {
    const states = new ChoiceStates(2);
    expect([0, 1, 2, 3, 0].map((choice) => states.begin(choice))).toEqual([
      ...[true, true, false, false, false],
    ]);
    expect(states.areOpen).toBe(true);
  });
});
