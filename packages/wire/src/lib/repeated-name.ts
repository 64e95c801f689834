/** Names that stand twice in one object: parsers disagree about which of the two counts. */

/**
 * The first name that an object of this JSON text holds twice (RFC 8259 section 4 leaves open what
 * that means). The text must have been parsed: nothing else is checked.
 *
 * Linear: strings are skipped from quote to quote.
 */
export function repeatedName(text: string): string | undefined {
  const names = new OpenNames();
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 123) names.open();
    else if (code === 125) names.close();
    if (code !== 34) continue;
    const from = at;
    at = endOfString(text, at);
    let next = at + 1;
    while (text.charCodeAt(next) <= 32) next++;
    if (text.charCodeAt(next) !== 58) continue;
    const quoted = text.slice(from, at + 1);
    const name = quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
    if (!names.add(name)) return name;
  }
  return undefined;
}

/** The names of all objects that are open, one after the other. */
class OpenNames {
  readonly #names: string[] = [];
  /** Where those of the objects around begin. */
  readonly #outer: number[] = [];
  #start = 0;
  #end = 0;
  /** Of large objects, by where they begin: a list of few is looked through faster than a set is made. */
  #sets: Map<number, Set<string>> | undefined;

  open(): void {
    this.#outer.push(this.#start);
    this.#start = this.#end;
  }

  close(): void {
    this.#sets?.delete(this.#start);
    this.#end = this.#start;
    this.#start = this.#outer.pop() ?? 0;
  }

  /** Whether it is the first of that name in its object. */
  add(name: string): boolean {
    if (this.#has(name)) return false;
    this.#names[this.#end++] = name;
    this.#sets?.get(this.#start)?.add(name);
    return true;
  }

  #has(name: string): boolean {
    if (this.#end - this.#start < mostFew) {
      for (let at = this.#start; at < this.#end; at++) if (this.#names[at] === name) return true;
      return false;
    }
    this.#sets ??= new Map();
    let set = this.#sets.get(this.#start);
    if (set === undefined) {
      set = new Set(this.#names.slice(this.#start, this.#end));
      this.#sets.set(this.#start, set);
    }
    return set.has(name);
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
