/** What no detector can read is at least named. */
import type { ModelCall, NeutralPart } from '@wintergate/wire';
import type { Report } from './report.ts';

/** Says which parts no detector can read. */
export function reportMedia(call: ModelCall, report: Report): void {
  if (call.operation !== 'chat' || isTextOnly(call)) return;
  const counts = new Map<string, number>();
  const count = (parts: readonly NeutralPart[]): void => {
    for (const part of parts) {
      // Results hold parts of their own, and no results.
      if (part.type === 'tool-result') {
        for (const { type } of part.parts)
          if (isMedia(type)) counts.set(type, (counts.get(type) ?? 0) + 1);
      } else if (isMedia(part.type)) counts.set(part.type, (counts.get(part.type) ?? 0) + 1);
    }
  };
  for (const { parts } of call.messages) count(parts);
  for (const [type, total] of counts) report.skip(`${type}: ${total}`);
}

function isMedia(type: NeutralPart['type']): boolean {
  return type === 'image' || type === 'audio' || type === 'file' || type === 'unknown';
}

/** Most calls: every message's content is a string, which needs no neutral view to be told. */
function isTextOnly({ body }: ModelCall): boolean {
  const { messages } = body;
  if (!Array.isArray(messages)) return false;
  return messages.every((message) => {
    const content = (message as { content?: unknown } | null)?.content;
    return typeof content !== 'object' || content === null;
  });
}
