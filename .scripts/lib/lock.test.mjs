import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkspace } from '../testing/fixture.mjs';
import { withLock } from './lock.mjs';

describe('withLock()', () => {
  it('lets one after the other, and takes a lock whose owner is gone', async () => {
    const root = createWorkspace({ lock: '4194999' });
    const order = [];
    const work = (name) => async () => {
      order.push(`${name} in`);
      await new Promise((resolve) => setImmediate(resolve));
      order.push(`${name} out`);
    };
    await Promise.all([
      withLock(join(root, 'lock'), work('a')),
      withLock(join(root, 'lock'), work('b')),
    ]);
    expect([order[0], order[2]].sort()).toEqual(['a in', 'b in']);
    expect([order[1], order[3]]).toEqual(
      [order[0], order[2]].map((line) => line.replace('in', 'out')),
    );
  });

  it('gives up when the owner lives on', async () => {
    const root = createWorkspace({ lock: String(process.pid) });
    await expect(withLock(join(root, 'lock'), () => {}, 0)).rejects.toThrow(
      'Another build holds the lock',
    );
  });
});
