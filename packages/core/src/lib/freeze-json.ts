/**
 * Makes parsed JSON unchangeable, however deep it nests: for what exchanges share that know nothing of each other.
 *
 * @returns the value.
 * @example
 * freezeJson(JSON.parse(text));
 */
export function freezeJson<T>(value: T): T {
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null) continue;
    Object.freeze(next);
    for (const member of Object.values(next)) waiting.push(member);
  }
  return value;
}
