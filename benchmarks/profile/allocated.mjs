// Adds up a heap profile of V8: how much was allocated, by function and below each function.

/** @returns `total` in bytes, and `own` and `below` as rows `{ name, bytes }`, largest first. */
export function allocated(profile) {
  const [own, below] = [new Map(), new Map()];
  let total = 0;
  walk(profile.head, []);
  return { total, own: rows(own), below: rows(below) };

  function walk(node, callers) {
    const name = nameOf(node.callFrame);
    const bytes = node.selfSize;
    total += bytes;
    own.set(name, (own.get(name) ?? 0) + bytes);
    const path = callers.includes(name) ? callers : [...callers, name];
    for (const one of path) below.set(one, (below.get(one) ?? 0) + bytes);
    for (const child of node.children) walk(child, path);
  }
}

function nameOf({ functionName, url, lineNumber }) {
  const file = url.split('/').slice(-2).join('/');
  return `${functionName || '(anonymous)'}${file === '' ? '' : ` ${file}:${lineNumber + 1}`}`;
}

function rows(map) {
  return [...map]
    .map(([name, bytes]) => ({ name, bytes }))
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes);
}
