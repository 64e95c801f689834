/** Which numbers go with a key: lists in typed arrays, in which the garbage collector has nothing to follow. */

/** Members are small whole numbers, each under one key at a time. */
export interface Chains {
  /** The member that was added last under `key`, or -1. */
  first(key: number): number;
  /** The one added under the same key before `member`, or -1. */
  next(member: number): number;
  /** Adds a member that is in no list. */
  add(key: number, member: number): void;
  /** Takes a member out of its list. */
  remove(member: number): void;
}

const none = -1;

/** Creates empty lists. @param room members that fit before they grow, a power of two */
export function createChains(room = 64): Chains {
  let heads = new Int32Array(room).fill(none);
  let keys = new Int32Array(room);
  let newer = new Int32Array(room).fill(none);
  let older = new Int32Array(room).fill(none);

  /** Lists of several keys share a head: those of other keys are passed over. */
  function from(member: number, key: number): number {
    let at = member;
    while (at !== none && keys[at] !== key) at = older[at]!;
    return at;
  }

  function link(key: number, member: number): void {
    const place = key & (heads.length - 1);
    const head = heads[place]!;
    keys[member] = key;
    newer[member] = none;
    older[member] = head;
    if (head !== none) newer[head] = member;
    heads[place] = member;
  }

  function grow(): void {
    const before = heads;
    const [oldKeys, oldNewer, oldOlder] = [keys, newer, older];
    const size = before.length * 2;
    heads = new Int32Array(size).fill(none);
    keys = new Int32Array(size);
    newer = new Int32Array(size).fill(none);
    older = new Int32Array(size).fill(none);
    for (const head of before) {
      let last = head;
      while (last !== none && oldOlder[last] !== none) last = oldOlder[last]!;
      for (let at = last; at !== none; at = oldNewer[at]!) link(oldKeys[at]!, at);
    }
  }

  return {
    first: (key) => from(heads[key & (heads.length - 1)]!, key | 0),
    next: (member) => from(older[member]!, keys[member]!),
    add(key, member) {
      while (member >= keys.length) grow();
      link(key | 0, member);
    },
    remove(member) {
      const [before, after] = [newer[member]!, older[member]!];
      if (after !== none) newer[after] = before;
      if (before === none) heads[keys[member]! & (heads.length - 1)] = after;
      else older[before] = after;
    },
  };
}
