// Ends us when the `npx` that started us is gone. A signal to npx reaches only the shell in between: pnpm
// and the gateway would go on, and keep the port.
import { readFileSync } from 'node:fs';

/** Parent of a process; undefined where it is gone, or where the system has no /proc. */
function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before it, in brackets, may hold spaces and brackets.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

function isNpx(pid) {
  try {
    return /\bnpm exec\b|\bnpx\b/.test(
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '),
    );
  } catch {
    return false;
  }
}

/** `[child, parent]` from us up to npx; none when npx did not start us, or further above than `depth`. */
function linksToNpx(depth) {
  const links = [];
  for (let child = process.pid; links.length < depth; ) {
    const parent = parentOf(child);
    if (parent === undefined || parent <= 1) return [];
    links.push([child, parent]);
    if (isNpx(parent)) return links;
    child = parent;
  }
  return [];
}

/**
 * Sends us SIGTERM, as npx was told, once a link between us and npx has broken.
 *
 * @param interval milliseconds between two looks.
 * @param depth how many parents are looked at.
 */
export function endWithNpx(interval = 1_000, depth = 8) {
  const links = linksToNpx(depth);
  if (links.length === 0) return;
  const stop = () => clearInterval(timer);
  const timer = setInterval(() => {
    if (links.some(([child, parent]) => parentOf(child) !== parent)) {
      stop();
      process.kill(process.pid, 'SIGTERM');
    } else listenAlong(stop);
  }, interval);
  timer.unref();
}

/**
 * A signal that reached us by itself is not sent again: a second one cuts off what is draining. Listening
 * before somebody else does would take the signal's own effect away.
 */
function listenAlong(stop) {
  for (const signal of ['SIGINT', 'SIGTERM']) {
    if (process.listenerCount(signal) > 0 && !process.listeners(signal).includes(stop)) {
      process.on(signal, stop);
    }
  }
}
