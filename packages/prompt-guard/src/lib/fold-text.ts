/**
 * Undoes what hides words from a reader of code points: compatibility forms, accents, invisible
 * characters, directional controls, letters of other scripts that look Latin, and tag characters,
 * which spell a text that nobody sees.
 */

/** A text in the form that phrases are searched in. */
export interface FoldedText {
  /** Case kept; as long as `lower`. */
  readonly cased: string;
  readonly lower: string;
  /** What was spelled in tag characters. */
  readonly hidden: string;
  /** Invisible characters between letters: ordinary text has next to none. */
  readonly invisible: number;
}

const lookAlikes: Readonly<Record<string, string>> = /* @__PURE__ */ pairUp(
  'аaвbеeһhіiјjкkмmнhоoрpсcтtуyхxѕsԁdԛqԝwӏlгrαaβbεeηnιiκkνvοoρpτtυuχxωwγyσoօoսuհhոnıiɑaɡgɩiłløođdᴀaʙbᴄcᴅdᴇeꜰfɢgʜhɪiᴊjᴋkʟlᴍmɴnᴏoᴘpʀrꜱsᴛtᴜuᴠvᴡwʏyᴢz',
);

export function foldText(text: string): FoldedText {
  if (/^[\x00-\x7f]*$/.test(text)) {
    return { cased: text, lower: text.toLowerCase(), hidden: '', invisible: 0 };
  }
  const hidden = readTags(text);
  // A format character between two letters breaks a word for a machine and for nobody else.
  const invisible = text.match(/[a-z][\u00ad\u200b\u200c\u2060\ufeff]+(?=[a-z])/gi)?.length ?? 0;
  const cased = text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .replace(
      /[\u0131\u0142\u00f8\u0111\u0251\u0261\u0269\u1d00-\u1d22\ua730\ua731\u0262\u026a\u0274\u0280\u028f\u0299\u029c\u029f]/g,
      (unit) => lookAlikes[unit] ?? unit,
    )
    .replace(/[\u2018\u2019\u02bc]/g, "'");
  const lower = cased.toLowerCase();
  // Never so for folded text in practice; places would shift.
  return { cased: lower.length === cased.length ? cased : lower, lower, hidden, invisible };
}

/** A word of two scripts in Latin letters, where each foreign one has a Latin look-alike. */
export function foldWord(word: string): string {
  let folded = '';
  for (const letter of word) folded += lookAlikes[letter] ?? letter;
  return folded;
}

/** The text in tag characters (U+E0020 to U+E007E), but for those that make a flag. */
function readTags(text: string): string {
  if (!text.includes('\udb40')) return '';
  const plain = text.replace(/\u{1f3f4}[\u{e0020}-\u{e007f}]{1,8}/gu, '');
  let hidden = '';
  for (const [character] of plain.matchAll(/[\u{e0020}-\u{e007e}]/gu)) {
    hidden += String.fromCharCode(character.codePointAt(0)! - 0xe0000);
  }
  return hidden;
}

function pairUp(letters: string): Record<string, string> {
  const units = [...letters];
  const pairs: Record<string, string> = {};
  for (let at = 0; at + 1 < units.length; at += 2) pairs[units[at]!] = units[at + 1]!;
  return pairs;
}
