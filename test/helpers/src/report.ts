/** Tells the summary of `pnpm test` what ran where, and what did not run and why. */
import { appendFileSync } from 'node:fs';

/** The file that `pnpm test` reads; without it (a suite run alone) notes go to the terminal. */
const file = process.env['WINTERGATE_TEST_REPORT'];

/** Notes that a suite ran on a runtime, in the version that the runtime itself named. */
export function reportRan(note: { suite: string; runtime: string; version: string }): void {
  write({ kind: 'ran', ...note });
}

/** Notes that something was left out, in words a reader can act on. */
export function reportNotRun(note: { suite: string; what: string; why: string }): void {
  write({ kind: 'not-run', ...note });
  if (file === undefined) console.log(`not run: ${note.suite}: ${note.what}: ${note.why}`);
}

function write(note: object): void {
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(note)}\n`);
}

export interface RequireOptions {
  readonly suite: string;
  /** The part that needs the component, such as `the Upstash store on a real Redis`. */
  readonly what: string;
  /** Whether the component is here. */
  readonly available: boolean;
  /** What is missing and how to get it, such as `redis-server is not installed`. */
  readonly why: string;
}

/**
 * Decides whether tests that need a component run: `describe.runIf(requireOrSkip({ … }))`.
 *
 * @returns whether it is here; if not, that is reported.
 * @throws {Error} when it is not here and `WINTERGATE_REQUIRE=all` says that nothing may be left out.
 */
export function requireOrSkip({ suite, what, available, why }: RequireOptions): boolean {
  if (available) return true;
  if (process.env['WINTERGATE_REQUIRE'] === 'all') throw new Error(`Cannot run ${what}: ${why}`);
  reportNotRun({ suite, what, why });
  return false;
}
