/** Conversations about wording itself: there another wording asks for another answer. */
import type { ModelCall } from '@wintergate/wire';

/** What is done to a text for its wording, in the languages in which instructions are usually written. */
const tasks = new RegExp(
  [
    'translat|transliterat|transcri(?:be|pt)|proof-?read|paraphras|re-?phras|re-?writ|re-?word',
    'verbatim|word[- ](?:for|by)[- ]word|\\becho\\b|repeat (?:back|exactly|what|every|the (?:user|message|text|input))',
    'politeness|formality|parts? of speech|count\\w*[^.!?\\n]{1,30}(?:words|letters|characters)\\b',
    '(?:fix|check|correct|improve|edit)\\w*[^.!?\\n]{1,40}(?:grammar|spelling|wording|writing|style|typos?|mistakes|sentences?|texts?)\\b',
    'übersetz|umformulier|tradu[cisz]|reformul|перевод|перевед|翻译|翻譯|翻訳|번역',
  ].join('|'),
  'i',
);

/** System texts come again: those read last, and what came of it. */
const recent: { readonly text: string; readonly found: boolean }[] = [];
const maxRecent = 8;
let oldest = 0;

/**
 * Whether the system text, or the message that opened the conversation, says that messages are to be translated,
 * corrected, repeated or written anew: "How can I get there?" and "How do I get there?" are two sentences to a translator.
 */
export function worksOnWording({ system, messages }: ModelCall): boolean {
  if (system !== '' && asksForWording(system)) return true;
  if (messages.length < 2) return false;
  return messages[0]!.parts.some((part) => part.type === 'text' && asksForWording(part.text));
}

function asksForWording(text: string): boolean {
  for (const known of recent) if (known.text === text) return known.found;
  const found = tasks.test(text);
  recent[oldest] = { text, found };
  oldest = (oldest + 1) % maxRecent;
  return found;
}
