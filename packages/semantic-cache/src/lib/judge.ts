/** Who says whether a stored answer would have been right. */

/** Two prompts, and what was answered to each. */
export interface JudgedPair {
  readonly asked: string;
  readonly stored: string;
  /** The upstream's answer to `asked`. */
  readonly fresh: string;
  /** The stored answer to `stored`. */
  readonly cached: string;
}

/** Whether `cached` would have been a right answer to `asked`. */
export type Judge = (pair: JudgedPair) => boolean | Promise<boolean>;

/** Answers that are equal but for case, white space and punctuation. Right for labels, strict for prose. */
export const sameAnswer: Judge = ({ fresh, cached }) =>
  fresh === cached || bare(fresh) === bare(cached);

function bare(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\p{P}\p{S}\s]+/gu, ' ')
    .trim();
}
