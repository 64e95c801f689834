import { expect, it } from 'vitest';
import { allocated } from './allocated.mjs';

const node = (functionName, lineNumber, selfSize, children = []) => ({
  callFrame: { functionName, url: 'file:///x/app/main.mjs', lineNumber },
  selfSize,
  children,
});

it('adds up what functions allocated themselves and with all they called, recursion once', () => {
  const inner = node('inner', 19, 40, [node('outer', 9, 2)]);
  expect(allocated({ head: node('outer', 9, 10, [inner]) })).toEqual({
    total: 52,
    own: [
      { name: 'inner app/main.mjs:20', bytes: 40 },
      { name: 'outer app/main.mjs:10', bytes: 12 },
    ],
    below: [
      { name: 'outer app/main.mjs:10', bytes: 52 },
      { name: 'inner app/main.mjs:20', bytes: 42 },
    ],
  });
});
