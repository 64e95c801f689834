/** Collects what a phase found, for its one `guard-verdict` event. */
import type { Context } from '@wintergate/core';
import type { Phase } from './options.ts';

export type Verdict = 'allow' | 'flag' | 'block';

export interface GuardFinding {
  readonly detector: string;
  readonly category: string;
  /** Where: a path in the request's body, or a channel of the reply. */
  readonly path: string;
  /** What was done, or in shadow mode would have been. */
  readonly action: string;
}

const maxFindings = 100;
const nothing: readonly never[] = [];

export class Report {
  readonly #phase: Phase;
  readonly #isShadow: boolean;
  readonly #now: () => number;
  readonly #context: Context;
  readonly #started: number;
  #findings: readonly GuardFinding[] = nothing;
  #known: Set<string> | undefined;
  #uninspected: readonly string[] = nothing;
  #verdict: Verdict = 'allow';
  #emitted = false;

  /** @param isShadow nothing is done about what is found. */
  constructor(phase: Phase, isShadow: boolean, now: () => number, context: Context) {
    this.#phase = phase;
    this.#isShadow = isShadow;
    this.#now = now;
    this.#context = context;
    this.#started = now();
  }

  /** Nothing was found, and nothing left out. */
  get isEmpty(): boolean {
    return this.#findings.length === 0 && this.#uninspected.length === 0;
  }

  add(finding: GuardFinding): void {
    const { detector, category, path, action } = finding;
    if (action === 'block' && !this.#isShadow) this.#verdict = 'block';
    else if (this.#verdict === 'allow') this.#verdict = 'flag';
    const key = `${detector}\n${category}\n${path}\n${action}`;
    this.#known ??= new Set();
    if (this.#known.has(key)) return;
    const isFull = this.#findings.length >= maxFindings;
    if (!isFull) this.#known.add(key);
    if (!isFull) this.#findings = [...this.#findings, finding];
    else if (action === 'block') this.#findings = [...this.#findings.slice(0, -1), finding];
  }

  /** Something was left out. */
  skip(what: string): void {
    if (this.#uninspected.length < maxFindings) this.#uninspected = [...this.#uninspected, what];
  }

  /** Emits the verdict. Later calls do nothing. */
  emit(): void {
    if (this.#emitted) return;
    this.#emitted = true;
    const uninspected = this.#uninspected;
    this.#context.emit({
      type: 'guard-verdict',
      phase: this.#phase,
      verdict: this.#verdict,
      findings: this.#findings,
      ...(uninspected.length > 0 && { uninspected }),
      durationMs: this.#now() - this.#started,
    });
  }
}
