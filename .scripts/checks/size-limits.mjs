// Ceilings in bytes, minified and gzipped, other @wintergate packages not counted (DESIGN, section 5).
// A kilobyte is 1000 bytes. Raise one only in the commit that spends it, with the reason.

const feature = 12_000;

export const sizeLimits = {
  '@wintergate/core': 17_500, // packages/core/decisions/002
  '@wintergate/wire': 22_800, // packages/core/decisions/003
  '@wintergate/semantic-cache': 33_800, // packages/semantic-cache/decisions/001-size.md
  '@wintergate/ratelimit': feature,
  '@wintergate/router': feature,
  '@wintergate/failover': feature,
  '@wintergate/prompt-guard': 28_300, // packages/prompt-guard/decisions/001
  '@wintergate/logger': feature,
};

/** Every dialect of wire that is an entry of its own: what it adds to wire's main. */
export const dialectLimit = 6_000;

/** Entries of wire that are not dialects. */
const notDialects = new Set(['@wintergate/wire', '@wintergate/wire/prices']);

/**
 * Dialects that callers speak do all that chat does: read, check, edit, assemble, replay, and write
 * calls, replies and streams of any other (packages/core/decisions/003).
 */
const callerDialects = {
  '@wintergate/wire/openai-responses': 11_400,
  '@wintergate/wire/anthropic': 9_900,
  '@wintergate/wire/google': 12_600,
};

export function limitOf(entry) {
  if (entry in callerDialects) return callerDialects[entry];
  if (entry.startsWith('@wintergate/wire/') && !notDialects.has(entry)) return dialectLimit;
  return sizeLimits[entry];
}
