/** Addresses in the form that callers are told apart by. */

/**
 * An address as a counting key: IPv4 as it is, IPv6 as its /64 (one household or host holds at
 * least that much), IPv4-mapped IPv6 as the IPv4 it is. Brackets, port and zone are taken off.
 *
 * @returns `undefined` when it is not an address.
 */
export function addressKey(address: string): string | undefined {
  if (address.length > 80) return undefined;
  if (keys.has(address)) return keys.get(address);
  if (keys.size >= maxKeys) keys.clear();
  const key = readAddress(address);
  keys.set(address, key);
  return key;
}

/** Callers come again. */
const keys = /* @__PURE__ */ new Map<string, string | undefined>();
const maxKeys = 1000;

function readAddress(address: string): string | undefined {
  let text = address.trim().toLowerCase();
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text);
  if (bracketed !== null) text = bracketed[1]!;
  const zone = text.indexOf('%');
  if (zone !== -1) text = text.slice(0, zone);
  const ipv4 = /^([\d.]+)(?::\d{1,5})?$/.exec(text);
  if (ipv4 !== null) return isIpv4(ipv4[1]!) ? ipv4[1] : undefined;
  const groups = parseIpv6(text);
  if (groups === undefined) return undefined;
  // RFC 4291 section 2.5.5.2: ::ffff:a.b.c.d is an IPv4 address.
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return [groups[6]! >> 8, groups[6]! & 255, groups[7]! >> 8, groups[7]! & 255].join('.');
  }
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/**
 * The address that the `hops`-th proxy from our side wrote into `x-forwarded-for`: counted from
 * the right, because everything further left is the caller's own writing.
 *
 * @returns `undefined` when the list is shorter or holds no address there.
 */
export function forwardedAddress(header: string | null, hops: number): string | undefined {
  if (header === null) return undefined;
  let end = header.length;
  for (let hop = 1; ; hop += 1) {
    const comma = end === 0 ? -1 : header.lastIndexOf(',', end - 1);
    if (hop === hops) return addressKey(header.slice(comma + 1, end));
    if (comma === -1) return undefined;
    end = comma;
  }
}

function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return (
    parts.length === 4 &&
    parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)
  );
}

/** The eight groups, or `undefined`. RFC 4291 section 2.2. */
function parseIpv6(text: string): number[] | undefined {
  let rest = text;
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (tail !== null) {
    if (!isIpv4(tail[2]!)) return undefined;
    const [a, b, c, d] = tail[2]!.split('.').map(Number) as [number, number, number, number];
    rest = `${tail[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  }
  const halves = rest.split('::');
  if (halves.length > 2) return undefined;
  const [head, after] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const groups = [...head!, ...(after ?? [])];
  if (groups.some((group) => !/^[0-9a-f]{1,4}$/.test(group))) return undefined;
  if (after === undefined ? groups.length !== 8 : groups.length > 7) return undefined;
  const zeros = new Array<string>(8 - groups.length).fill('0');
  return [...head!, ...zeros, ...(after ?? [])].map((group) => Number.parseInt(group, 16));
}
