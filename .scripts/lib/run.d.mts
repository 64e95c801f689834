/** The pnpm this repository is made with. */
export const pnpmVersion: string;

export interface RunOptions {
  readonly cwd?: string;
  /** Added to the environment; `undefined` removes. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Collects what it prints instead of showing it. @default false */
  readonly quiet?: boolean;
  /** Milliseconds after which it is ended. */
  readonly timeout?: number;
}

export interface RunResult {
  /** Exit code; 124 after the timeout. */
  readonly code: number;
  readonly output: string;
}

export function run(
  command: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<RunResult>;
export function pnpm(args: readonly string[], options?: RunOptions): Promise<RunResult>;
export function inParallel<T>(limit: number, jobs: readonly (() => Promise<T>)[]): Promise<T[]>;
