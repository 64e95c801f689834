/** How far a long work is, on the terminal: a bar that moves, or now and then a line. */

export interface Progress {
  /** @param share from 0 to 1 */
  to(share: number, text: string): void;
  end(): void;
}

const width = 30;

/**
 * @param write takes raw text; `undefined` when nobody watches: then lines go to `line`, one each tenth.
 */
export function createProgress(
  write: ((text: string) => void) | undefined,
  line: (text: string) => void,
): Progress {
  let tenth = 0;
  return {
    to(given, text) {
      const share = Math.min(1, Math.max(0, given));
      const percent = `${Math.round(share * 100)} %`.padStart(5);
      if (write !== undefined) {
        const full = Math.round(share * width);
        write(`\r[${'#'.repeat(full)}${' '.repeat(width - full)}] ${percent} ${text}\u001b[K`);
      } else if (Math.floor(share * 10) > tenth) {
        tenth = Math.floor(share * 10);
        line(`${percent} ${text}`);
      }
    },
    end() {
      write?.('\n');
    },
  };
}
