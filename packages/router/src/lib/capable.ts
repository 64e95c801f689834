/** Whether a target can take a call at all. */
import { estimateInputTokens, type ModelCall } from '@wintergate/wire';
import { hasImage } from './call-text.ts';
import type { Capabilities } from './options.ts';

/** What a call needs; the estimate is made once, where a window is known. */
export interface Needs {
  readonly call: ModelCall;
  inputTokens?: number;
}

/**
 * Why a target can not take a call; `undefined`: as far as is known it can. Input is estimated
 * rather too high, so a tenth of the window is given: better an upstream's 400 than ours in error.
 */
export function whyUnable(needs: Needs, can: Capabilities | undefined): string | undefined {
  if (can === undefined) return undefined;
  const { call } = needs;
  if (can.tools === false && call.tools.length > 0) return 'no tools';
  if (can.vision === false && hasImage(call)) return 'no images';
  const output = call.parameters.maxOutputTokens ?? 0;
  if (can.maxOutput !== undefined && output > can.maxOutput)
    return `at most ${can.maxOutput} tokens of output, asked for ${output}`;
  if (can.contextWindow === undefined) return undefined;
  needs.inputTokens ??= estimateInputTokens(call);
  const needed = needs.inputTokens + output;
  if (needs.inputTokens * 0.9 + output <= can.contextWindow) return undefined;
  return `a context of ${can.contextWindow} tokens, the call needs about ${needed}`;
}
