import { describe, expect, it } from 'vitest';
import type { PromptGuardOptions } from './options.ts';
import { promptGuard } from './prompt-guard.ts';

describe('promptGuard() options', () => {
  it.each([
    [{ mode: 'off' }, 'Expected "mode" to be one of "enforce", "shadow": "off"'],
    [
      { secrets: 'hide' },
      'Expected "secrets.request" to be one of "allow", "flag", "redact", "block": "hide"',
    ],
    [{ limits: { maxDepth: 0 } }, 'Expected "limits.maxDepth" to be at least 1: 0'],
    [{ deny: [''] }, 'Expected "deny[0]" to be text of 1 to 64 characters: ""'],
    [
      { maxHoldBack: '5 x' },
      'Expected "maxHoldBack" to be milliseconds or text such as "10 s": "5 x"',
    ],
  ])('refuses %j', (options, message) => {
    expect(() => promptGuard(options as PromptGuardOptions)).toThrow(message);
  });
});
