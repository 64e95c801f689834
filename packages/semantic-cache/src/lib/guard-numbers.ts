import type { Guard } from './guard.ts';

/** Refuses when the numbers of the two texts differ in value, spelling of decimals, or order. */
export function numberGuard(): Guard {
  return {
    name: 'numbers',
    refuses({ asked, stored }) {
      const left = asked.words.filter(isNumber);
      const right = stored.words.filter(isNumber);
      return left.length !== right.length || left.some((word, at) => word.text !== right[at]!.text);
    },
  };
}

function isNumber({ kind }: { kind: string }): boolean {
  return kind === 'number';
}
