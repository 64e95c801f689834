/** The end of an exchange: what its record needs is taken out, the rest may be forgotten. */
import { type Context, type Outcome, outcomeKey, tenantKey } from '@wintergate/core';
import type { ModelCall } from '@wintergate/wire';
import { contentFields } from './content.ts';
import { usageOf } from './cost.ts';
import type { Exchange } from './exchange.ts';
import type { Settings } from './options.ts';
import type { LogValue } from './types.ts';

export interface SealState {
  readonly request: Request;
  readonly context: Context;
  readonly call: ModelCall | undefined;
}

/** Fills in `exchange.facts`. */
export function seal(exchange: Exchange, state: SealState, settings: Settings): void {
  const { request, context, call } = state;
  const outcome: Outcome = exchange.end?.outcome ??
    context.get(outcomeKey) ?? { source: 'none', complete: false };
  exchange.facts = {
    requestId: context.requestId,
    tenant: settings.tenant ? context.get(tenantKey) : undefined,
    method: request.method,
    url: request.url,
    headers: headersOf(request, settings.headers),
    dialect: exchange.read?.dialect ?? call?.dialect.id,
    operation: exchange.read?.operation ?? call?.operation,
    model: exchange.read?.requestModel ?? call?.model,
    stream: exchange.read?.stream ?? call?.stream,
    outcome,
    usage: usageOf(exchange, call, outcome),
    content: contentOf(exchange, call, settings),
  };
  exchange.reply.content = undefined;
}

function headersOf(request: Request, names: readonly string[]): [string, string][] {
  const found: [string, string][] = [];
  for (const name of names) {
    const value = request.headers.get(name);
    if (value !== null) found.push([name, value]);
  }
  return found;
}

function contentOf(
  exchange: Exchange,
  call: ModelCall | undefined,
  { redact, maxContentChars }: Settings,
): Record<string, LogValue | undefined> {
  if (redact === undefined || call === undefined) return {};
  try {
    return contentFields(call, exchange.reply, { redact, maxChars: maxContentChars });
  } catch {
    // Its message might hold the text.
    exchange.errors = [...exchange.errors, 'Content left out: "redact" failed'];
    return {};
  }
}
