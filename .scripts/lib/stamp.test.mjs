import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkspace, exampleFiles as files } from '../testing/fixture.mjs';
import { digest, isFresh, sourcesOf, writeStamp } from './stamp.mjs';
import { readPackages } from './workspace.mjs';

describe('stamps', () => {
  it('change with sources and configuration, not with tests', () => {
    const root = createWorkspace(files);
    const core = readPackages(root)[0];
    const value = () => digest([], sourcesOf(core));
    const before = value();
    writeFileSync(join(core.dir, 'src/lib/a.test.ts'), 'two');
    expect(value()).toBe(before);
    writeFileSync(join(core.dir, 'src/lib/a.ts'), 'export const a = 2;');
    expect(value()).not.toBe(before);
  });

  it('are not fresh without the product', () => {
    const root = createWorkspace({ 'dist/a.js': '' });
    const [stamp, product] = [join(root, '.cache/a.stamp'), join(root, 'dist/a.js')];
    writeStamp(stamp, 'value');
    expect(isFresh(stamp, 'value', [product])).toBe(true);
    expect(isFresh(stamp, 'other', [product])).toBe(false);
    rmSync(product);
    expect(isFresh(stamp, 'value', [product])).toBe(false);
  });
});
