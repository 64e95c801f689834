import type { Guard } from './guard.ts';

/** Refuses when the words common to both stand in another order: "from EUR to USD", "from USD to EUR". */
export function wordOrderGuard(): Guard {
  return {
    name: 'word-order',
    demands: 'same-order',
    refuses({ matches }) {
      let last = -1;
      return matches.some(([, stored]) => {
        const back = stored < last;
        last = stored;
        return back;
      });
    },
  };
}
