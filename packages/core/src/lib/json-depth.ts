/** How deep JSON text nests, without parsing it: brackets alone can keep a parser busy for seconds. */

const quote = 34;
const backslash = 92;

/**
 * Whether the text nests deeper than `limit` arrays and objects. Linear; stops where it is found out.
 * Text that is no JSON gets some answer: the parser has the last word.
 */
export function nestsDeeper(text: string, limit: number): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = endOfString(text, at + 1);
    } else if (code === 91 || code === 123) {
      if (++depth > limit) return true;
    } else if (code === 93 || code === 125) {
      depth--;
    }
  }
  return false;
}

/** Where the string that began before `from` ends. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from); end !== -1; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (before >= from && text.charCodeAt(before) === backslash) before--;
    // An even number of backslashes escapes nothing.
    if ((end - before) % 2 === 1) return end;
  }
  return text.length;
}
