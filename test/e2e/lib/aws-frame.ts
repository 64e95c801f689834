/** Frames of AWS event streams, on runtimes without Buffer too. Fact: AWS, "Amazon event stream encoding". */

/** One event: its type in a header, its value as JSON. */
export function frame(type: string, value: object): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const headers = Object.entries({ ':message-type': 'event', ':event-type': type }).flatMap(
    ([name, text]) => [
      ...[name.length, ...encoder.encode(name)],
      // 7 is a text, its length in two bytes.
      ...[7, 0, text.length, ...encoder.encode(text)],
    ],
  );
  const payload = encoder.encode(JSON.stringify(value));
  const bytes = new Uint8Array(16 + headers.length + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, bytes.length);
  view.setUint32(4, headers.length);
  view.setUint32(8, crc32(bytes.subarray(0, 8)));
  bytes.set(headers, 12);
  bytes.set(payload, 12 + headers.length);
  view.setUint32(bytes.length - 4, crc32(bytes.subarray(0, -4)));
  return bytes;
}

/** CRC-32 of ISO 3309, bit by bit. */
function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
