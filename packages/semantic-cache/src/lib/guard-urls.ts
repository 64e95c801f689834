import type { Guard } from './guard.ts';
import { extractGuard } from './guard-extracts.ts';

const address =
  /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s<>"']+|\bwww\.[^\s<>"']+|[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{1,64}|(?:^|\s)(?:~|\.{0,2})\/[\w./-]+|\b[a-z]:\\[\w.\\-]+|\b[\w-]{1,64}\.(?:com|org|net|io|dev|ai|co|de|fr|uk|eu|gov|edu)\b[^\s<>"']*/gi;

/** Refuses when the web and mail addresses, host names and file paths of the two texts differ. */
export function urlGuard(): Guard {
  return extractGuard('urls', ({ text }) =>
    // Paths tell capitals apart; the punctuation after them belongs to the sentence.
    (text.match(address) ?? []).map((found) => found.trim().replace(/[.,;:!?)\]]+$/, '')),
  );
}
