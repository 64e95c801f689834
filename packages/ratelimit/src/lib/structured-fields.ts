/**
 * The part of RFC 9651 (Structured Field Values) that the RateLimit fields are made of: a List of
 * Items whose values and parameters are Strings, Integers, Byte Sequences or Booleans.
 */

export type BareItem = string | number | boolean | Uint8Array;

/** An Item: its value and its parameters in order. */
export type StructuredItem = readonly [
  value: BareItem,
  parameters: Readonly<Record<string, BareItem>>,
];

/** RFC 9651 section 3.3.1: at most fifteen digits. */
const maxInteger = 999_999_999_999_999;

/**
 * A List as a field value (section 4.1.1). An empty list is the empty string: such a field is not sent.
 *
 * @throws {TypeError} for what the grammar can not hold.
 */
export function serializeList(items: readonly StructuredItem[]): string {
  return items.map(serializeItem).join(', ');
}

/** @throws {TypeError} for what the grammar can not hold. */
export function serializeItem([value, parameters]: StructuredItem): string {
  let text = serializeBareItem(value);
  for (const [key, parameter] of Object.entries(parameters)) {
    text += `;${serializeKey(key)}`;
    // Section 4.1.1.2: a parameter that is true is written as its key alone.
    if (parameter !== true) text += `=${serializeBareItem(parameter)}`;
  }
  return text;
}

function serializeBareItem(value: BareItem): string {
  if (typeof value === 'string') return serializeString(value);
  if (typeof value === 'number') return serializeInteger(value);
  if (typeof value === 'boolean') return value ? '?1' : '?0';
  return `:${base64(value)}:`;
}

function serializeKey(key: string): string {
  if (!/^[a-z*][a-z0-9_.*-]*$/.test(key)) {
    throw new TypeError(`Expected a structured field key: ${JSON.stringify(key)}`);
  }
  return key;
}

function serializeString(value: string): string {
  if (!/^[\x20-\x7e]*$/.test(value)) {
    throw new TypeError(`Expected visible ASCII and spaces: ${JSON.stringify(value)}`);
  }
  return `"${value.replace(/["\\]/g, '\\$&')}"`;
}

/** @throws {TypeError} for more than fifteen digits, and for what is no whole number. */
export function serializeInteger(value: number): string {
  if (!Number.isInteger(value) || Math.abs(value) > maxInteger) {
    throw new TypeError(`Expected a whole number of at most 15 digits: ${value}`);
  }
  return String(value === 0 ? 0 : value);
}

function base64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
