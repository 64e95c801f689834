import type { Guard } from './guard.ts';
import { arrangementGuard } from './guard-arrangement.ts';
import { particleGuard } from './guard-particles.ts';
import { quantityGuard } from './guard-quantities.ts';
import { type RareWordGuardOptions, rareWordGuard } from './guard-rare-words.ts';
import { requestGuard } from './guard-requests.ts';
import { roleGuard } from './guard-roles.ts';
import { tenseGuard } from './guard-tense.ts';
import { lightGuards } from './guards.ts';

/**
 * The guards for `wordEmbedder()` where requests ask about things without end: {@link lightGuards}, and beside them
 * {@link roleGuard}, {@link tenseGuard}, {@link requestGuard}, {@link quantityGuard}, {@link particleGuard},
 * {@link arrangementGuard} and {@link rareWordGuard}. Where requests are orders of a few kinds, which one answer serves
 * whatever they name, `lightGuards()` alone finds more.
 *
 * @throws {RangeError} for a weight that is not from 0 to 15.
 * @example
 * semanticCache({ semantic: { embedder: wordEmbedder(), guards: wordGuards() } });
 */
export function wordGuards(options: RareWordGuardOptions = {}): readonly Guard[] {
  return [
    ...lightGuards(),
    roleGuard(),
    tenseGuard(),
    requestGuard(),
    quantityGuard(),
    particleGuard(),
    arrangementGuard(),
    rareWordGuard(options),
  ];
}
