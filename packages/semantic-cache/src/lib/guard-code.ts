import type { Guard } from './guard.ts';
import { extractGuard } from './guard-extracts.ts';

/** Fenced and inline code, calls, members, snake_case, camelCase, flags, and runs of signs of code. */
const code =
  /```[^`]{0,10000}```|`[^`\n]{1,200}`|(?<![\w$])[A-Za-z_$][\w$]*(?:(?:\.|::|->|#)[A-Za-z_$][\w$]*)+(?:\(\))?|(?<![\w$])[A-Za-z_$][\w$]*\([^()\n]{0,200}\)|\b[a-z0-9]+(?:_[a-z0-9]+)+\b|\b[a-z]+(?:[A-Z][a-z0-9]+)+\b|(?:^|\s)--?[a-z][\w-]*|[{}[\]<>=;|&\\^%$#@*]+/g;

/** Refuses when the code, identifiers, flags and operators of the two texts differ. */
export function codeGuard(): Guard {
  return extractGuard('code', ({ text }) =>
    (text.match(code) ?? []).map((found) => found.trim().replace(/\s+/g, ' ')),
  );
}
