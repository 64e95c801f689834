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
    [{ emails: 'redact' }, 'Remove "emails" from the options of promptGuard(): it knows mode'],
    [{ email: true }, 'Give "email" an object of options: got boolean'],
    [
      { secrets: { response: 'block' } },
      'Remove "response" from the options of "secrets": it knows request, reply',
    ],
    [
      { injection: { users: 'flag' } },
      'Remove "users" from the options of "injection": it knows user, document',
    ],
    [{ injection: null }, 'Give "injection" an object of options: got null'],
    [
      { limits: { maxByte: 1 } },
      'Remove "maxByte" from the options of "limits": it knows maxBytes',
    ],
    [{ limits: { maxDepth: 0 } }, 'Expected "limits.maxDepth" to be at least 1: 0'],
    [{ deny: [''] }, 'Expected "deny[0]" to be text of 1 to 64 characters: ""'],
    [
      { maxHoldBack: '5 x' },
      'Expected "maxHoldBack" to be milliseconds or text such as "10 s" (ms, s, m, h, d): "5 x"',
    ],
  ])('refuses %j', (options, message) => {
    expect(() => promptGuard(options as PromptGuardOptions)).toThrow(message);
  });
});
