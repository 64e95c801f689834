/** From words to the numbers of tokens: WordPiece and Unigram. */
import { type Described, unsupported } from './tokenizer-json.ts';

export interface TokenModel {
  /** What stands for anything unknown. */
  readonly unknown: number | undefined;
  /** Appends the tokens of one word. */
  push(word: string, tokens: number[]): void;
}

/** @throws {TypeError} naming the kind, for one that is not known or has no vocabulary. */
export function createTokenModel(described: Described): TokenModel {
  if (described.type === 'WordPiece') return wordPiece(described);
  if (described.type === 'Unigram') return unigram(described);
  throw unsupported('model', described.type);
}

/** The longest piece first. Source: Schuster and Nakajima 2012; BERT, tokenization.py. */
function wordPiece(described: Described): TokenModel {
  const { vocab, unk_token: name, continuing_subword_prefix: prefix } = described;
  if (typeof vocab !== 'object' || vocab === null)
    throw unsupported('model', 'WordPiece without "vocab"');
  const ids = new Map(Object.entries(vocab as Record<string, number>));
  const unknown = ids.get(String(name ?? '[UNK]'));
  const inner = typeof prefix === 'string' ? prefix : '##';
  const most = Number(described['max_input_chars_per_word'] ?? 100);
  const longest = longestOf(ids.keys());

  return {
    unknown,
    push(word, tokens) {
      const began = tokens.length;
      let at = 0;
      // Characters are counted as code points.
      if (word.length > most && [...word].length > most) at = -1;
      while (at >= 0 && at < word.length) {
        let end = Math.min(word.length, at + longest);
        let id: number | undefined;
        for (; end > at; end--) {
          id = ids.get(at === 0 ? word.slice(0, end) : inner + word.slice(at, end));
          if (id !== undefined) break;
        }
        if (id === undefined) {
          at = -1;
        } else {
          tokens.push(id);
          at = end;
        }
      }
      if (at >= 0) return;
      tokens.length = began;
      if (unknown !== undefined) tokens.push(unknown);
    },
  };
}

/** The likeliest pieces (Viterbi). Source: Kudo 2018, Subword Regularization. */
function unigram({ vocab, unk_id: unk }: Described): TokenModel {
  if (!Array.isArray(vocab)) throw unsupported('model', 'Unigram without "vocab"');
  const pieces = vocab as [string, number][];
  const ids = new Map(pieces.map(([piece], id) => [piece, id]));
  const unknown = typeof unk === 'number' ? unk : undefined;
  const longest = longestOf(ids.keys());
  // Unknown characters cost ten more than the rarest piece. Fact: SentencePiece, kUnkPenalty.
  const unknownScore = pieces.reduce((least, [, score]) => Math.min(least, score), 0) - 10;

  return {
    unknown,
    push(word, tokens) {
      const { length } = word;
      const best = new Float64Array(length + 1).fill(-Infinity);
      const from = new Int32Array(length + 1);
      const token = new Int32Array(length + 1);
      best[0] = 0;
      for (let at = 0; at < length; at++) {
        const score = best[at] as number;
        if (score === -Infinity) continue;
        const next = at + ((word.codePointAt(at) as number) > 0xffff ? 2 : 1);
        reach(next, score + unknownScore, at, -1);
        for (let end = at + 1; end <= Math.min(length, at + longest); end++) {
          const id = ids.get(word.slice(at, end));
          if (id !== undefined) reach(end, score + (pieces[id]?.[1] ?? 0), at, id);
        }
      }
      const found: number[] = [];
      for (let at = length; at > 0; at = from[at] as number) found.push(token[at] as number);
      for (const id of found.reverse()) {
        if (id >= 0) tokens.push(id);
        else if (unknown !== undefined && tokens[tokens.length - 1] !== unknown)
          tokens.push(unknown);
      }

      function reach(end: number, score: number, at: number, id: number): void {
        if (score <= (best[end] as number)) return;
        best[end] = score;
        from[end] = at;
        token[end] = id;
      }
    },
  };
}

function longestOf(pieces: Iterable<string>): number {
  let longest = 1;
  for (const { length } of pieces) longest = Math.max(longest, length);
  return longest;
}
