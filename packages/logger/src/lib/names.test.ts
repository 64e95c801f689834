/// <reference types="node" />
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Field, providerName } from './names.ts';

const registry = new URL(
  '../../../../../shared/data/conformance/otel-genai/registry.yaml',
  import.meta.url,
);
const present = existsSync(registry);
if (!present) console.warn('otel-genai: not run, ../shared/data is not there');

describe('names', () => {
  it('are each used once', () => {
    const all = Object.values(Field);
    expect(new Set(all).size).toBe(all.length);
  });

  it.skipIf(!present && process.env['WINTERGATE_REQUIRE'] !== 'all')(
    'are those of the registry, as are the providers',
    () => {
      const text = readFileSync(registry, 'utf8');
      const known = new Set([...text.matchAll(/- id: (gen_ai\.[\w.]+)/g)].map(([, id]) => id));
      const values = new Set([...text.matchAll(/value: "([^"]+)"/g)].map(([, value]) => value));
      const ours = Object.values(Field).filter((name) => name.startsWith('gen_ai.'));
      expect(ours.filter((name) => !known.has(name))).toEqual([]);
      expect(ours.length).toBeGreaterThan(12);
      for (const provider of [
        'azure',
        'bedrock',
        'gemini',
        'vertex',
        'mistral',
        'xai',
        'openai',
        'anthropic',
        'groq',
      ]) {
        expect(values).toContain(providerName(provider));
      }
    },
  );

  it('leave a provider alone that has no name there', () => {
    expect(providerName('house')).toBe('house');
    expect(providerName('constructor')).toBe('constructor');
  });
});
