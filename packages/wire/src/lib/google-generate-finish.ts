import type { FinishReason } from './types.ts';

const filtered =
  /^(?:SAFETY|RECITATION|BLOCKLIST|PROHIBITED_CONTENT|SPII|IMAGE_(?:SAFETY|PROHIBITED_CONTENT|RECITATION)|MODEL_ARMOR|JAILBREAK)$/;

/** @param called whether the answer calls functions, which Google has no reason of its own for. */
export function readGoogleFinish(raw: string, called: boolean): FinishReason {
  if (raw === 'STOP') return called ? 'tool-calls' : 'stop';
  if (raw === 'MAX_TOKENS') return 'length';
  return filtered.test(raw) ? 'content-filter' : 'other';
}

export function writeGoogleFinish(reason: FinishReason | undefined): string {
  if (reason === 'length') return 'MAX_TOKENS';
  if (reason === 'content-filter') return 'SAFETY';
  return reason === 'other' ? 'OTHER' : 'STOP';
}
