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

export interface Report {
  add(finding: GuardFinding): void;
  /** Something was left out. */
  skip(what: string): void;
  /** Emits the verdict. Later calls do nothing. */
  emit(): void;
}

const maxFindings = 100;

export function createReport(
  phase: Phase,
  isShadow: boolean,
  now: () => number,
  context: Context,
): Report {
  const started = now();
  const findings: GuardFinding[] = [];
  const known = new Set<string>();
  const uninspected: string[] = [];
  let verdict: Verdict = 'allow';
  let emitted = false;

  return {
    add(finding) {
      const { detector, category, path, action } = finding;
      if (action === 'block' && !isShadow) verdict = 'block';
      else if (verdict === 'allow') verdict = 'flag';
      const key = `${detector}\n${category}\n${path}\n${action}`;
      if (known.has(key)) return;
      if (findings.length < maxFindings) {
        known.add(key);
        findings.push(finding);
      } else if (action === 'block') findings[maxFindings - 1] = finding;
    },
    skip(what) {
      if (uninspected.length < maxFindings) uninspected.push(what);
    },
    emit() {
      if (emitted) return;
      emitted = true;
      context.emit({
        type: 'guard-verdict',
        phase,
        verdict,
        findings,
        ...(uninspected.length > 0 && { uninspected }),
        durationMs: now() - started,
      });
    },
  };
}
