/** Names that stand twice in one object: parsers disagree about which of the two counts. */

/**
 * The first name that an object of this JSON text holds twice (RFC 8259 section 4 leaves open what
 * that means). The text must have been parsed: nothing else is checked.
 *
 * Linear: strings are skipped from quote to quote.
 */
export function repeatedName(text: string): string | undefined {
  const outer: (Names | undefined)[] = [];
  let names: Names | undefined;
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
    names ??= new Names();
    if (!names.add(name)) return name;
  }
  return undefined;
}

/** Most objects have few members: a list is looked through faster than a set is made. */
class Names {
  readonly #few: string[] = [];
  #many: Set<string> | undefined;

  /** Whether it is the first of that name. */
  add(name: string): boolean {
    const known = this.#many;
    if (known !== undefined) return known.size < known.add(name).size;
    if (this.#few.includes(name)) return false;
    if (this.#few.push(name) === mostFew) this.#many = new Set(this.#few);
    return true;
  }
}

const mostFew = 16;

/** The closing quote: one behind an even number of backslashes. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let before = at;
    while (text.charCodeAt(before - 1) === 92) before--;
    if ((at - before) % 2 === 0) return at;
  }
  return text.length;
}
