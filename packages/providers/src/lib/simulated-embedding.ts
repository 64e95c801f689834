/** Simulated embeddings: unit vectors, equal for equal text, close for text that shares words. */
import { hashText, seededRandom } from './random.ts';

const maxWords = 512;

/** The embedding of one input, of length 1. A token array counts by its tokens. */
export function embed(
  input: string | readonly number[],
  dimensions: number,
  seed: number,
): Float32Array {
  const words =
    typeof input === 'string'
      ? wordsOf(input)
      : input.slice(0, maxWords).map((token) => `#${token}`);
  const vector = new Float32Array(dimensions);
  for (const word of words.length > 0 ? words : ['']) {
    const random = seededRandom(hashText(word, seed));
    for (let index = 0; index < dimensions; index++) {
      vector[index] = (vector[index] as number) + random() - 0.5;
    }
  }
  let square = 0;
  for (const value of vector) square += value * value;
  const scale = square > 0 ? 1 / Math.sqrt(square) : 0;
  if (scale === 0) vector[0] = 1;
  else
    for (let index = 0; index < dimensions; index++)
      vector[index] = (vector[index] as number) * scale;
  return vector;
}

function wordsOf(text: string): string[] {
  return (
    text
      .slice(0, 32_768)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  ).slice(0, maxWords);
}

/** The vector as OpenAI's `encoding_format: "base64"` has it: little-endian 32 bit floats. */
export function encodeBase64(vector: Float32Array): string {
  const view = new DataView(new ArrayBuffer(vector.length * 4));
  for (const [index, value] of vector.entries()) view.setFloat32(index * 4, value, true);
  let binary = '';
  for (let at = 0; at < view.byteLength; at += 4096) {
    binary += String.fromCharCode(
      ...new Uint8Array(view.buffer, at, Math.min(4096, view.byteLength - at)),
    );
  }
  return btoa(binary);
}
