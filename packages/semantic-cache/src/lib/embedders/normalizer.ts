/** What a tokenizer does to a text before it is split (Hugging Face, tokenizers, "Normalizers"). */
import { type Described, describedBy, unsupported } from './tokenizer-json.ts';

export type Normalize = (text: string) => string;

/** @throws {TypeError} naming the kind, for one that is not known. */
export function createNormalizer(given: unknown): Normalize {
  if (given === null || given === undefined) return (text) => text;
  const described = describedBy(given, 'normalizer');
  switch (described.type) {
    case 'Sequence': {
      const all = listOf(described['normalizers']).map(createNormalizer);
      return (text) => all.reduce((changed, normalize) => normalize(changed), text);
    }
    case 'BertNormalizer':
      return bert(described);
    case 'Lowercase':
      return (text) => text.toLowerCase();
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD': {
      const form = described.type;
      return (text) => text.normalize(form);
    }
    // SentencePiece's own table, which is NFKC but for white space and a few signs.
    case 'Precompiled':
      return (text) => text.normalize('NFKC');
    case 'StripAccents':
      return withoutAccents;
    case 'Strip':
      return (text) => {
        const left = described['strip_left'] === false ? text : text.trimStart();
        return described['strip_right'] === false ? left : left.trimEnd();
      };
    case 'Prepend':
      return (text) => String(described['prepend'] ?? '') + text;
    case 'Replace':
      return replacer(described);
    default:
      throw unsupported('normalizer', described.type);
  }
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function replacer({ pattern, content }: Described): Normalize {
  const { String: text, Regex: source } = (pattern ?? {}) as { String?: string; Regex?: string };
  const by = String(content ?? '');
  if (typeof text === 'string') return (given) => given.replaceAll(text, () => by);
  if (typeof source !== 'string') throw unsupported('normalizer', 'Replace without a pattern');
  const expression = new RegExp(source, 'gu');
  return (given) => given.replace(expression, () => by);
}

/** Ideographs stand alone. Ranges: BERT, tokenization.py. */
const ideographs =
  /[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2a6df}\u{2a700}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu;
const controls = /[\0\ufffd]|(?![\t\n\r])\p{C}/gu;

function bert(described: Described): Normalize {
  const lower = described['lowercase'] !== false;
  const cleans = described['clean_text'] !== false;
  const spaces = described['handle_chinese_chars'] !== false;
  const strips = described['strip_accents'] ?? lower;
  return (given) => {
    let text = given;
    if (cleans) text = text.replace(controls, '').replace(/\s/gu, ' ');
    if (spaces) text = text.replace(ideographs, ' $& ');
    if (strips) text = withoutAccents(text);
    return lower ? text.toLowerCase() : text;
  };
}

function withoutAccents(text: string): string {
  return text.normalize('NFD').replace(/\p{Mn}/gu, '');
}
