const encoder = /* @__PURE__ */ new TextEncoder();

/** SHA-256, or HMAC-SHA-256 with `key`, as lower-case hex, by Web Crypto. For hosts that have nothing faster. */
export async function defaultDigest(data: string | Uint8Array, key?: string): Promise<string> {
  const bytes = (typeof data === 'string' ? encoder.encode(data) : data) as BufferSource;
  if (key === undefined) return toHex(await crypto.subtle.digest('SHA-256', bytes));
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', encoder.encode(key), algorithm, false, [
    'sign',
  ]);
  return toHex(await crypto.subtle.sign('HMAC', imported, bytes));
}

function toHex(buffer: ArrayBuffer): string {
  let hex = '';
  for (const byte of new Uint8Array(buffer)) hex += byte.toString(16).padStart(2, '0');
  return hex;
}
