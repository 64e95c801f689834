/** Work of many calls in step, on hosts that have `setImmediate`: Node, Bun, and Deno from 2.0 on. */

const host = globalThis as unknown as { setImmediate(callback: () => void): unknown };
/** As it was on loading: a clock that tests set by hand must not stop the calls. */
const { setImmediate } = host;

/** Something of a call that is due. It must not throw. */
export interface Step {
  step(): void;
}

/**
 * So many take a step together at most. More of them gain little, and each waits until the last has taken it.
 */
const mostTogether = 32;

let due: Step[] = [];
/** Have asked in this turn, whether they wait or not. */
let comers = 0;
/** Fewer than two asked in the turn before. */
let isQuiet = true;

/**
 * Has a call take its next step together with all others that are due in this turn of the event loop. Between two
 * steps taken one by one the system reads and writes sockets, and the processor forgets code and data of what it does
 * for a call; in step it does the same for each of them in a row, in a third less time. A call that is alone waits for
 * the end of the turn.
 */
export function inStep(call: Step): void {
  come();
  due.push(call);
}

/**
 * As `inStep`, for what awaits it: a Promise that resolves with those of all others that are due. Nothing where calls
 * come one at a time, for one that is alone goes on at once, and nothing while a test sets the clock by hand: it has no
 * turns to wait for.
 */
export function nextStep(): Promise<void> | undefined {
  if (host.setImmediate !== setImmediate || (come() && isQuiet)) return undefined;
  return new Promise((resolve) => due.push({ step: resolve }));
}

/** @returns whether it is the first of its turn. */
function come(): boolean {
  comers++;
  if (comers > 1) return false;
  setImmediate(takeStep);
  return true;
}

function takeStep(): void {
  const calls = due;
  due = calls.length > mostTogether ? calls.splice(mostTogether) : [];
  isQuiet = comers < 2;
  comers = due.length;
  if (comers > 0) setImmediate(takeStep);
  for (const call of calls) {
    try {
      call.step();
    } catch (error) {
      // A defect of one is not to keep the others from theirs.
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
