/** Versions in the names of models. */

/** A version as it compares: `4.10` is after `4.9`. */
type Version = readonly [major: number, minor: number];

/**
 * The first number of one or two digits in a name, with a second after `.` or `-`: 4.1 of
 * `gpt-4.1-mini`, 3.5 of `claude-3-5-sonnet-20241022`, 4 of `gpt-4o` and of `claude-opus-4-20250514`.
 * Sizes and dates are none: `llama-3.3-70b` is 3.3, `mixtral-8x7b` nothing.
 */
export function versionOf(model: string): Version | undefined {
  const name = model.slice(0, 256).replace(/^.*\//, '');
  const found =
    /(?:^|[^\d.])(\d{1,2})(?:[.-](\d{1,2})(?![\d.a-z]))?(?!\d|[bkmx](?:[^a-z]|$)|x\d)/i.exec(name);
  return found === null ? undefined : [Number(found[1]), Number(found[2] ?? 0)];
}

type Bound = (version: Version) => boolean;

/**
 * A range such as `>=4 <5`: all of its bounds must hold. `4` is any 4, `4.1` only that.
 *
 * @throws {TypeError} naming the path of what is no range.
 */
export function compileRange(range: string, path: string): (model: string) => boolean {
  const parts = typeof range === 'string' ? range.trim().split(/\s+/) : [];
  const bounds = parts.map((part): Bound => {
    const found = /^(>=|<=|>|<|=)?(\d{1,2})(?:\.(\d{1,2}))?$/.exec(part);
    if (found === null)
      throw new TypeError(`Expected ${path} to be a range such as ">=4 <5": got "${range}"`);
    const [, sign = '=', major, minor] = found;
    const wanted: Version = [Number(major), Number(minor ?? 0)];
    if (sign === '=' && minor === undefined) return ([given]) => given === wanted[0];
    return (version) => {
      const order = version[0] - wanted[0] || version[1] - wanted[1];
      if (order === 0) return sign.includes('=');
      return sign.startsWith('>') ? order > 0 : sign.startsWith('<') && order < 0;
    };
  });
  if (bounds.length === 0)
    throw new TypeError(`Expected ${path} to be a range such as ">=4 <5": got "${range}"`);
  return (model) => {
    const version = versionOf(model);
    return version !== undefined && bounds.every((holds) => holds(version));
  };
}
