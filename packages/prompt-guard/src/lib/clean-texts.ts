/**
 * Texts in which nothing was found. The system text and the earlier turns of a chat come again with each call:
 * comparing them with what is known takes a hundredth of the time of reading them.
 */
import { createRecencyMap } from '@wintergate/core';
import type { SegmentRole } from '@wintergate/wire';

/** By role: what a user may write may be an attack in a document. */
export interface CleanTexts {
  /** Whether this very text was clean. */
  has(text: string, role: SegmentRole): boolean;
  /** Only for one that was read whole, for everything, and is nobody's secret: it is kept as it is. */
  add(text: string, role: SegmentRole): void;
}

/** Shorter ones are read as fast as they are looked up. */
const shortestText = 64;

/** How many texts that came once are known by their samples. */
const seenOnce = 4096;

/**
 * Remembers as many as fit, the latest used, of those that come again: most come once, and keeping one costs
 * more than its sample.
 *
 * @param maxCharacters of all of them together; 0 remembers none.
 */
export function createCleanTexts(maxCharacters: number): CleanTexts {
  const known = createRecencyMap<number, { readonly text: string; readonly role: SegmentRole }>();
  const seen = new Int32Array(seenOnce);
  let characters = 0;

  function drop(sample: number, text: string): void {
    known.delete(sample);
    characters -= text.length;
  }

  return {
    has(text, role) {
      if (text.length < shortestText) return false;
      // Two texts may have one sample: only the same text is as clean.
      const found = known.use(sampleOf(text, role));
      return found !== undefined && found.role === role && found.text === text;
    },
    add(text, role) {
      if (text.length < shortestText || text.length > maxCharacters) return;
      const sample = sampleOf(text, role);
      const place = sample & (seenOnce - 1);
      if (seen[place] !== sample) {
        seen[place] = sample;
        return;
      }
      const before = known.get(sample);
      if (before !== undefined) drop(sample, before.text);
      known.set(sample, { text, role });
      characters += text.length;
      while (characters > maxCharacters) {
        const { key, value } = known.oldest()!;
        drop(key, value.text);
      }
    },
  };
}

const samples = 32;
const ends = 16;

/** Of length, beginning, end, characters between, and the role, of which no two are as long. */
function sampleOf(text: string, role: SegmentRole): number {
  const { length } = text;
  let sample = mix(role.length, length);
  const step = Math.ceil(length / samples);
  for (let at = 0; at < length; at += step) sample = mix(sample, text.charCodeAt(at));
  for (let at = 0; at < ends; at++) {
    sample = mix(mix(sample, text.charCodeAt(at)), text.charCodeAt(length - 1 - at));
  }
  return sample >>> 2;
}

function mix(sum: number, code: number): number {
  const mixed = Math.imul(sum ^ code, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
