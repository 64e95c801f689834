import { expect, it } from 'vitest';
import { selfTimes, totalTimes } from './self-time.mjs';

const frame = (functionName, lineNumber) => ({
  functionName,
  url: 'file:///x/app/main.mjs',
  lineNumber,
});
const profile = {
  nodes: [
    { id: 1, callFrame: { functionName: '(root)', url: '', lineNumber: -1 }, children: [2, 4] },
    { id: 2, callFrame: frame('outer', 9), children: [3] },
    { id: 3, callFrame: frame('inner', 19) },
    { id: 4, callFrame: { functionName: '(idle)', url: '', lineNumber: -1 } },
  ],
  samples: [2, 3, 3, 4],
  timeDeltas: [10, 20, 10, 500],
};

it('adds up what functions took themselves, idle time left out', () => {
  expect(selfTimes(profile)).toEqual([
    { name: 'inner', place: 'app/main.mjs:20', share: 0.75 },
    { name: 'outer', place: 'app/main.mjs:10', share: 0.25 },
  ]);
});

it('adds up what they took with everything they called', () => {
  expect(totalTimes(profile)).toEqual([
    { name: 'outer main.mjs:10', share: 1 },
    { name: 'inner main.mjs:20', share: 0.75 },
  ]);
});
