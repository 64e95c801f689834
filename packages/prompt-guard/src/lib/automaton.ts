/**
 * Many plain strings found in one pass (Aho and Corasick, 1975): time in proportion to the text,
 * whatever the strings are.
 */

export interface Automaton {
  /** The state after `code`. The state before any is 0. */
  step(state: number, code: number): number;
  /** How many characters at the end of the text this state remembers. */
  depth(state: number): number;
  /** Index of the string that ends here and is not shorter than any other that does, or -1. */
  longest(state: number): number;
  /** The state of the next shorter string ending here, or 0: follow it to see them all. */
  shorter(state: number): number;
}

/** @param terms at most 65,535 characters each; empty ones are never found. */
export function createAutomaton(terms: readonly string[]): Automaton {
  const edges = new Map<number, number>();
  const depths = [0];
  const ends = [-1];
  const children: [code: number, state: number][][] = [[]];
  terms.forEach((term, index) => {
    let state = 0;
    for (let at = 0; at < term.length; at++) {
      const code = term.charCodeAt(at);
      const edge = edgeOf(state, code);
      const known = edges.get(edge);
      if (known === undefined) {
        edges.set(edge, depths.length);
        children[state]!.push([code, depths.length]);
        state = depths.length;
        depths.push(at + 1);
        ends.push(-1);
        children.push([]);
      } else state = known;
    }
    if (state !== 0) ends[state] = index;
  });
  const { fails, outputs } = link(edges, children, ends);

  function step(from: number, code: number): number {
    let state = from;
    for (;;) {
      const next = edges.get(edgeOf(state, code));
      if (next !== undefined) return next;
      if (state === 0) return 0;
      state = fails[state]!;
    }
  }

  return {
    step,
    depth: (state) => depths[state]!,
    longest: (state) => ends[outputs[state]!]!,
    shorter: (state) => outputs[fails[outputs[state]!]!]!,
  };
}

function edgeOf(state: number, code: number): number {
  return state * 65_536 + code;
}

/** Breadth first: where to go on when no edge fits, and the nearest state in which a string ends. */
function link(
  edges: ReadonlyMap<number, number>,
  children: readonly (readonly [number, number][])[],
  ends: readonly number[],
): { fails: Int32Array; outputs: Int32Array } {
  const fails = new Int32Array(ends.length);
  const outputs = new Int32Array(ends.length);
  const queue = [0];
  for (let head = 0; head < queue.length; head++) {
    const state = queue[head]!;
    outputs[state] = ends[state] === -1 ? outputs[fails[state]!]! : state;
    for (const [code, child] of children[state]!) {
      let fail = fails[state]!;
      while (fail !== 0 && !edges.has(edgeOf(fail, code))) fail = fails[fail]!;
      fails[child] = state === 0 ? 0 : (edges.get(edgeOf(fail, code)) ?? 0);
      queue.push(child);
    }
  }
  return { fails, outputs };
}
