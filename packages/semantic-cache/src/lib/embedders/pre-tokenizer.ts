/** How a tokenizer splits a text into words (Hugging Face, tokenizers, "Pre-tokenizers"). */
import { type Described, describedBy, unsupported } from './tokenizer-json.ts';

export type Split = (text: string) => readonly string[];

/** @throws {TypeError} naming the kind, for one that is not known. */
export function createSplit(given: unknown): Split {
  if (given === null || given === undefined) return (text) => (text === '' ? [] : [text]);
  const described = describedBy(given, 'pre-tokenizer');
  switch (described.type) {
    case 'BertPreTokenizer':
      return (text) => text.match(bertPieces) ?? [];
    case 'Whitespace':
      return (text) => text.match(/\w+|[^\w\s]+/gu) ?? [];
    case 'WhitespaceSplit':
      return (text) => text.match(/\S+/gu) ?? [];
    case 'Punctuation':
      return (text) => text.match(/[^\p{P}]+|\p{P}/gu) ?? [];
    case 'Metaspace':
      return metaspace(described);
    case 'Sequence': {
      const list = described['pretokenizers'];
      const all = (Array.isArray(list) ? list : []).map(createSplit);
      return (text) =>
        all.reduce<readonly string[]>((words, split) => words.flatMap(split), [text]);
    }
    default:
      throw unsupported('pre-tokenizer', described.type);
  }
}

/** Punctuation stands alone, and so do the signs of ASCII. Fact: BERT, tokenization.py. */
const bertPieces = /[\p{P}$+<=>^`|~]|[^\s\p{P}$+<=>^`|~]+/gu;

function metaspace({ replacement, prepend_scheme: scheme, split }: Described): Split {
  const sign = typeof replacement === 'string' ? replacement : '▁';
  return (given) => {
    if (given === '') return [];
    let text = given.replaceAll(' ', sign);
    if (scheme !== 'never' && !text.startsWith(sign)) text = sign + text;
    if (split === false) return [text];
    return text.split(new RegExp(`(?=${sign})`, 'u'));
  };
}
