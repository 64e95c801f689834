/** The latest audits, counted by place. */

export interface Tallies {
  /** By place. */
  readonly right: Int32Array;
  readonly wrong: Int32Array;
  add(place: number, wasRight: boolean): void;
}

/** Counts in `places` places; of more than `window` audits the oldest is forgotten. */
export function createTallies(places: number, window: number): Tallies {
  const right = new Int32Array(places);
  const wrong = new Int32Array(places);
  /** In a ring: the place of each and one, negative for a wrong one. */
  const latest: number[] = [];
  let next = 0;

  function count(mark: number, by: number): void {
    const list = mark > 0 ? right : wrong;
    const place = Math.abs(mark) - 1;
    list[place] = (list[place] as number) + by;
  }

  return {
    right,
    wrong,
    add(place, wasRight) {
      const old = latest[next];
      if (old !== undefined) count(old, -1);
      const mark = wasRight ? place + 1 : -(place + 1);
      latest[next] = mark;
      next = (next + 1) % window;
      count(mark, 1);
    },
  };
}
