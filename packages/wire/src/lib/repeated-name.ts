/** Names that stand twice in one object: parsers disagree about which of the two counts. */

/**
 * The first name that an object of this JSON text holds twice (RFC 8259 section 4 leaves open what
 * that means). The text must have been parsed: nothing else is checked.
 *
 * Linear: strings are skipped from quote to quote.
 */
export function repeatedName(text: string): string | undefined {
  const outer: (Set<string> | undefined)[] = [];
  let names: Set<string> | undefined;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 123) {
      outer.push(names);
      names = undefined;
    } else if (code === 125) names = outer.pop();
    if (code !== 34) continue;
    const from = at;
    at = endOfString(text, at);
    let next = at + 1;
    while (text.charCodeAt(next) <= 32) next++;
    if (text.charCodeAt(next) !== 58) continue;
    const quoted = text.slice(from, at + 1);
    const name = quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
    names ??= new Set();
    if (names.has(name)) return name;
    names.add(name);
  }
  return undefined;
}

/** The closing quote: one behind an even number of backslashes. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let before = at;
    while (text.charCodeAt(before - 1) === 92) before--;
    if ((at - before) % 2 === 0) return at;
  }
  return text.length;
}
