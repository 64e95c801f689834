import { nextStep } from './steps.ts';
import type { Platform } from './types.ts';

/**
 * What calls have to do with one another here. Runtimes that bind I/O to
 * the request that began it hang or throw when one request awaits another's promise ("Cannot perform I/O on behalf of
 * a different request"); they are told by what only they offer. Elsewhere calls take their steps together, where the
 * end of a turn can be waited for.
 *
 * @param sharesIo what is known of it. @default what this runtime looks like
 */
export function sharing(
  sharesIo = !('WebSocketPair' in globalThis) && !('EdgeRuntime' in globalThis),
): Pick<Platform, 'sharesIo' | 'nextStep'> {
  return sharesIo && 'setImmediate' in globalThis ? { sharesIo, nextStep } : { sharesIo };
}
