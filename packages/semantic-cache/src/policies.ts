/**
 * @module Policies of the semantic cache that learn from audits, and judges for them.
 *
 * @example
 * import { semanticCache } from '@wintergate/semantic-cache';
 * import { auditedThreshold, modelJudge } from '@wintergate/semantic-cache/policies';
 * const policy = auditedThreshold({ maxWrongHits: 0.02 });
 * const cache = semanticCache({ semantic: { policy, judge: modelJudge(ask) } });
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export {
  type AuditCounts,
  type AuditedThreshold,
  type AuditedThresholdOptions,
  auditedThreshold,
} from './lib/policies/audited-threshold.ts';
export { judgeQuestion, modelJudge, similarAnswers } from './lib/policies/judges.ts';
export { shadow } from './lib/policies/shadow.ts';
export { type VerifiedOptions, verified } from './lib/policies/verified.ts';
