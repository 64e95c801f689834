/** A reply in neutral form as generateContent answers it. */
import { argsOf, writeCitations, writeLogprobs } from './google-generate-candidate.ts';
import { writeGoogleFinish } from './google-generate-finish.ts';
import { writeGoogleUsage } from './google-generate-usage.ts';
import type {
  JsonObject,
  ModelCall,
  NeutralChoice,
  NeutralPart,
  NeutralReply,
  NeutralToolCall,
} from './types.ts';

/** See `Dialect.writeReply`. */
export function writeGoogleReply(reply: NeutralReply, call: ModelCall): JsonObject {
  const own = reply.dialect === 'google-generate';
  if (own && reply.error !== undefined) return reply.extra ?? {};
  const candidates = reply.choices.flatMap((choice, index): JsonObject[] => {
    if (!own) return [writeChoice(choice, index)];
    return choice.extra === undefined ? [] : [choice.extra];
  });
  if (own) return { ...(candidates.length === 0 ? {} : { candidates }), ...reply.extra };
  return {
    candidates,
    ...(reply.usage === undefined ? {} : { usageMetadata: writeGoogleUsage(reply.usage) }),
    modelVersion: reply.model ?? call.model ?? '',
    responseId: reply.id ?? crypto.randomUUID(),
  };
}

function writeChoice(choice: NeutralChoice, index: number): JsonObject {
  const citations = choice.parts.flatMap((part) =>
    part.type === 'text' ? (part.citations ?? []) : [],
  );
  const parts = choice.parts.map(writePart).filter((part) => part !== undefined);
  return {
    content: { parts, role: 'model' },
    ...(choice.finish === undefined ? {} : { finishReason: writeGoogleFinish(choice.finish) }),
    index,
    ...writeCitations(citations),
    ...writeLogprobs(choice.logprobs),
  };
}

/** A refusal is text: Google has no form of its own for it. */
function writePart(part: NeutralPart): JsonObject | undefined {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return { text: part.text };
    case 'reasoning':
      return { text: part.text, thought: true, ...writeSignature(part) };
    case 'tool-call':
      return writeFunctionCall(part);
    case 'image':
      return part.data === undefined
        ? undefined
        : { inlineData: { mimeType: part.mediaType ?? 'image/png', data: part.data } };
    default:
      return undefined;
  }
}

export function writeFunctionCall(call: NeutralToolCall): JsonObject {
  const { id, name, arguments: text, custom } = call;
  const args = custom === true ? { input: text } : argsOf(text);
  return { functionCall: { ...(id === '' ? {} : { id }), name, args }, ...writeSignature(call) };
}

function writeSignature({ signature }: { readonly signature?: string }): JsonObject {
  return signature === undefined ? {} : { thoughtSignature: signature };
}
