/** Tensors of a safetensors file. Format: Hugging Face, safetensors, "Format". */

export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array | Int32Array | Int8Array | Uint8Array;
}

const maxHeaderBytes = 16 * 1024 * 1024;

/** Bytes of one value, by its type. */
const widths: Readonly<Record<string, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I8: 1,
  U8: 1,
};

/**
 * Reads all tensors.
 *
 * @throws {TypeError} for what is no such file, is cut off, or holds a type that is not known.
 */
export function readSafetensors(file: Uint8Array): ReadonlyMap<string, Tensor> {
  if (file.length < 8) throw broken('it is too short');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const size = Number(view.getBigUint64(0, true));
  if (size > maxHeaderBytes || 8 + size > file.length) throw broken('its header is cut off');
  const header = parse(file.subarray(8, 8 + size));
  const data = file.subarray(8 + size);
  const tensors = new Map<string, Tensor>();
  for (const [name, entry] of Object.entries(header))
    if (name !== '__metadata__') tensors.set(name, readTensor(name, entry, data));
  return tensors;
}

function readTensor(name: string, entry: unknown, data: Uint8Array): Tensor {
  const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
  if (!isNumbers(shape) || !isNumbers(offsets) || offsets.length !== 2)
    throw broken(`"${name}" is not described`);
  const width = widths[String(dtype)];
  if (width === undefined) throw broken(`"${name}" has the type ${String(dtype)}`);
  const [from, to] = offsets as [number, number];
  const count = shape.reduce((product, length) => product * length, 1);
  if (to - from !== count * width || to > data.length) throw broken(`"${name}" is cut off`);
  // A copy: the type may demand another alignment than the file has. (A Buffer's `slice` makes none.)
  const { buffer } = new Uint8Array(data.subarray(from, to));
  return { shape, values: valuesOf(String(dtype), buffer) };
}

function valuesOf(dtype: string, buffer: ArrayBuffer): Tensor['values'] {
  switch (dtype) {
    case 'F64':
      return new Float64Array(buffer);
    case 'F32':
      return new Float32Array(buffer);
    case 'F16':
      return Float32Array.from(new Uint16Array(buffer), halfToNumber);
    case 'BF16':
      return new Float32Array(
        Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer,
      );
    case 'I64':
      return Int32Array.from(new BigInt64Array(buffer), Number);
    case 'I32':
      return new Int32Array(buffer);
    case 'I8':
      return new Int8Array(buffer);
    default:
      return new Uint8Array(buffer);
  }
}

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function parse(bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {}
  throw broken('its header is no JSON');
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((one) => Number.isInteger(one) && one >= 0);
}

function broken(why: string): TypeError {
  return new TypeError(`Expected a safetensors file: ${why}`);
}
