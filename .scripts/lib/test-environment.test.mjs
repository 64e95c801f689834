import { describe, expect, it } from 'vitest';
import { withoutProviders } from './test-environment.mjs';

describe('withoutProviders()', () => {
  it('removes keys and addresses of providers, and leaves the rest', () => {
    const names = [
      'OPENAI_API_KEY',
      'OPENAI_BASE_URL',
      'FOO_API_KEY',
      'ANTHROPIC_MODEL',
      'UPSTASH_REDIS_REST_TOKEN',
      'PORT',
    ];
    const kept = ['PATH', 'HOME', 'WINTERGATE_REQUIRE', 'CI', 'npm_config_registry'];
    const environment = Object.fromEntries([...names, ...kept].map((name) => [name, 'x']));
    const removed = withoutProviders(environment);
    expect(Object.keys(removed).sort()).toEqual([...names].sort());
    expect(Object.values(removed).every((value) => value === undefined)).toBe(true);
  });
});
