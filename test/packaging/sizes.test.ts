import { describe, expect, it } from 'vitest';
import { measureAll } from '../../.scripts/checks/sizes.mjs';
import { repository } from '../../.scripts/lib/workspace.mjs';

const sizes = await measureAll(repository);

describe('bytes that an entry adds to a bundle (minified, gzip, other packages not counted)', () => {
  it.each(sizes.filter(({ limit }) => limit !== undefined))(
    '$entry stays below $limit',
    ({ bytes, limit, problem }) => {
      expect(problem).toBeUndefined();
      expect(bytes).toBeGreaterThan(100);
      expect(bytes).toBeLessThanOrEqual(limit!);
    },
  );

  it('has a ceiling for the main entry of every package but the gateway', () => {
    const mains = sizes.filter(({ entry }) => /^@wintergate\/[\w-]+$/.test(entry));
    expect(
      mains
        .filter(({ limit }) => limit === undefined && mains.length > 0)
        .map(({ entry }) => entry),
    ).toEqual(['@wintergate/providers']);
  });
});
