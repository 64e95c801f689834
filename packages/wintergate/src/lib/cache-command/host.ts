/** The process as this command sees it. */
export interface CommandHost {
  readonly environment: Readonly<Record<string, string | undefined>>;
  out(line: string): void;
  error(line: string): void;
  /** Raw text to a terminal; absent when the output is none. */
  readonly terminal?: ((text: string) => void) | undefined;
  readonly fetch: typeof fetch;
}
