/** Model names with `*`, which stands for any run of characters, none included. */

export interface Pattern {
  readonly text: string;
  /** Characters other than `*`: the more, the more specific. */
  readonly literal: number;
  matches(name: string): boolean;
}

/** Names are compared up to here; a longer one matches nothing. */
const maxName = 256;

export function isPattern(text: string): boolean {
  return text.includes('*');
}

/** Creates a matcher whose time is bounded by the lengths of pattern and name, whatever they are. */
export function createPattern(text: string): Pattern {
  const [head = '', ...rest] = text.split('*');
  const tail = rest.pop() ?? '';
  const middle = rest.filter((part) => part !== '');
  return {
    text,
    literal: text.replaceAll('*', '').length,
    matches(name) {
      if (name.length > maxName || name.length < head.length + tail.length) return false;
      if (!name.startsWith(head) || !name.endsWith(tail)) return false;
      const end = name.length - tail.length;
      let at = head.length;
      for (const part of middle) {
        const found = name.indexOf(part, at);
        if (found === -1 || found + part.length > end) return false;
        at = found + part.length;
      }
      return true;
    },
  };
}
