/** What stands behind the placeholders of one request. Never leaves its memory. */
import type { PlaceholderType } from './detector.ts';
import { formatPlaceholder, parsePlaceholder } from './placeholder.ts';

export interface Vault {
  /** The placeholder of this value: the same for the same value, numbered by first appearance. */
  hide(type: PlaceholderType, value: string, original: string, restorable: boolean): string;
  /** The original behind what a placeholder detector found, if it may go back to the caller. */
  restore(placeholder: string): string | undefined;
  /** Whether there is anything to restore. */
  readonly restorable: boolean;
}

interface Entry {
  readonly number: number;
  readonly original: string;
  restorable: boolean;
}

export function createVault(): Vault {
  const byValue = new Map<string, Entry>();
  const byName = new Map<string, Entry>();
  const counts = new Map<PlaceholderType, number>();
  const vault = {
    restorable: false,
    hide(type: PlaceholderType, value: string, original: string, restorable: boolean): string {
      const key = `${type} ${value}`;
      let entry = byValue.get(key);
      if (entry === undefined) {
        const number = (counts.get(type) ?? 0) + 1;
        counts.set(type, number);
        entry = { number, original, restorable };
        byValue.set(key, entry);
        byName.set(formatPlaceholder(type, number), entry);
      }
      // What stands in a system text only is the application's: the caller never gave it.
      entry.restorable ||= restorable;
      vault.restorable ||= restorable;
      return formatPlaceholder(type, entry.number);
    },
    restore(placeholder: string): string | undefined {
      const { type, number } = parsePlaceholder(placeholder);
      const entry = byName.get(formatPlaceholder(type, number));
      return entry?.restorable === true ? entry.original : undefined;
    },
  };
  return vault;
}
