/** The middleware. */
import { defineMiddleware, errorResponse, type Middleware, updateOutcome } from '@wintergate/core';
import { readCall, rewriteCall } from '@wintergate/wire';
import { createCleanTexts } from './clean-texts.ts';
import { createPhaseDetectors } from './detectors.ts';
import { guardReply } from './guard-reply.ts';
import { guardRequest } from './guard-request.ts';
import { createInjectionDetector } from './injection.ts';
import { type PromptGuardOptions, resolveOptions } from './options.ts';
import { Report } from './report.ts';
import { createTermTable } from './terms.ts';

/**
 * Checks prompts before a model sees them and replies before a caller does, streamed or not:
 * limits, prompt injection, secrets, e-mail addresses, cards, IBANs and your own terms. Each is
 * allowed, flagged, redacted or blocked; what was redacted in a request is put back in its reply.
 *
 * A blocked request is a 400 with code `prompt_blocked` in the caller's dialect, a blocked reply
 * ends as stopped by a content filter. Fails closed: an error inside of the guard is a 500, or
 * ends the reply as failed. Requests that are no model calls pass
 * untouched, a POST among them with a verdict that names its body as not inspected.
 *
 * @example
 * compose(promptGuard({ email: 'redact', deny: ['project falcon'] }), semanticCache({ … }), failover())
 */
export function promptGuard(options: PromptGuardOptions = {}): Middleware {
  const resolved = resolveOptions(options);
  const { isShadow, now } = resolved;
  const request = {
    options: resolved,
    detectors: createPhaseDetectors('request', resolved),
    injection: createInjectionDetector(),
    allow: createTermTable(resolved.allow, []),
    clean: createCleanTexts(resolved.rememberCharacters),
  };
  const reply = { options: resolved, detectors: createPhaseDetectors('reply', resolved) };

  return defineMiddleware('promptGuard', async function promptGuard(incoming, next, context) {
    const call = await readCall(incoming, context);
    const report = new Report('request', isShadow, now, context);
    if (call === undefined) {
      if (incoming.method === 'POST') {
        report.skip('body');
        report.emit();
      }
      return next();
    }
    const { byteLength } = await context.bytes(incoming);
    const { refusal, edits, vault } = guardRequest(request, call, byteLength, report);
    report.emit();
    if (refusal !== undefined) {
      updateOutcome(context, { source: 'guard' });
      return errorResponse(refusal, context);
    }
    const inner =
      edits.size === 0
        ? incoming
        : rewriteCall(incoming, call.dialect.writeSegments(call, edits), context);
    const response = await next(inner);
    const replyReport = new Report('reply', isShadow, now, context);
    return guardReply(reply, response, call, vault, replyReport, context);
  });
}
