/** Token counts without a tokenizer: for reservations and for replies that report none. */
import type { ModelCall } from './types.ts';

/**
 * Estimates how many tokens a text is, in one pass and without a vocabulary: words by their
 * length, digits by threes, other signs each for itself. On recorded English replies of OpenAI,
 * Groq, DeepSeek and others it was 1 % below to 23 % above the count, 7 % off on average; text in
 * other scripts is estimated by its length and was not measured. Meant to be rather too high.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  let word = 0;
  let digits = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90)) {
      word++;
      continue;
    }
    if (word > 0) {
      tokens += wordTokens(word);
      word = 0;
    }
    if (code >= 48 && code <= 57) {
      if (digits++ % 3 === 0) tokens++;
      continue;
    }
    digits = 0;
    if (code === 32) continue;
    if (code < 128) tokens += code === 10 ? 0.5 : 0.8;
    else tokens += code < 0x2e80 ? 0.5 : 0.9;
  }
  if (word > 0) tokens += wordTokens(word);
  return Math.ceil(tokens);
}

function wordTokens(length: number): number {
  return length <= 6 ? 1 : length / 6;
}

/** What a message, an image and a call cost beside their text. */
const messageTokens = 4;
const imageTokens = 765;
const callTokens = 3;

/** Estimates the input of a call: its text, its tools, its images, and the frame around them. */
export function estimateInputTokens(call: ModelCall): number {
  let tokens = callTokens;
  for (const { text } of call.dialect.segments(call)) tokens += estimateTokens(text);
  for (const message of call.messages) {
    tokens += messageTokens;
    for (const part of message.parts) if (part.type === 'image') tokens += imageTokens;
  }
  for (const tool of call.tools)
    tokens += estimateTokens(JSON.stringify(tool.parameters ?? tool.raw ?? {}));
  return tokens;
}
