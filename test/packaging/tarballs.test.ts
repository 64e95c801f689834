import { describe, expect, inject, it } from 'vitest';
import { readPackages } from '../../.scripts/lib/workspace.mjs';

const tarballs = inject('tarballs');

describe.each(tarballs)('the tarball of $name', ({ files, manifest, name }) => {
  it('holds what was built, a README, the licence, and nothing of the sources', () => {
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
    const strange = files.filter(
      (path) => !/^(dist\/[\w/.-]+\.(js|d\.ts)|LICENSE|README\.md|package\.json)$/.test(path),
    );
    expect(strange).toEqual([]);
    expect(files.filter((path) => /\.(test|bench)\./.test(path))).toEqual([]);
  });

  it('offers every entry of the workspace from its built files', () => {
    const entry = readPackages().find((candidate) => candidate.name === name);
    expect(Object.keys(manifest.exports)).toEqual(Object.keys(entry?.manifest.exports ?? {}));
    for (const { types, default: code } of Object.values(manifest.exports)) {
      expect(files).toContain(types.replace('./', ''));
      expect(files).toContain(code.replace('./', ''));
    }
    for (const path of Object.values(manifest.bin ?? {}))
      expect(files).toContain(path.replace('./', ''));
  });

  it('asks for its siblings by version', () => {
    const text = JSON.stringify(manifest);
    expect(text).not.toContain('workspace:');
    expect(text).not.toContain('catalog:');
    for (const [sibling, range] of Object.entries(manifest.dependencies ?? {})) {
      const packed = tarballs.find((candidate) => candidate.name === sibling);
      if (packed !== undefined) expect(range).toBe(`^${packed.manifest.version}`);
    }
  });
});

describe('packages without runtime dependencies', () => {
  it.each(['@wintergate/core', '@wintergate/wire'])('%s brings nothing from npm', (name) => {
    const { manifest } = tarballs.find((candidate) => candidate.name === name)!;
    const others = Object.keys(manifest.dependencies ?? {}).filter(
      (other) => !other.startsWith('@wintergate/'),
    );
    expect(others).toEqual([]);
  });
});
