/** The turns of a conversation in Google's form: user and model in turns, made of parts. */
import { isSecondGeneration } from './google-write.ts';
import { parseJson } from './json.ts';
import type { WriteOptions } from './target-dialect.ts';
import { mayWrite } from './translation-table.ts';
import type { JsonObject, NeutralMessage, NeutralPart } from './types.ts';

/** Stands for the signature of a call that another model made (ai.google.dev, thought signatures). */
const noSignature = 'skip_thought_signature_validator';

/**
 * Turns of one role that follow each other become one; one that says nothing is left out. Results name
 * their function, which is looked up by the id of its call.
 */
export function writeGoogleTurns(
  messages: readonly NeutralMessage[],
  model: string,
  options: WriteOptions,
): JsonObject[] {
  const turns: { role: string; parts: JsonObject[] }[] = [];
  const names = new Map<string, string>();
  for (const [at, message] of messages.entries()) {
    const role = message.role === 'assistant' ? 'model' : 'user';
    const parts = message.parts.flatMap((part) =>
      writePart(part, names, `messages[${at}]`, options),
    );
    if (role === 'model' && !isSecondGeneration(model)) sign(parts);
    if (parts.length === 0) continue;
    const last = turns[turns.length - 1];
    if (last?.role === role) last.parts.push(...parts);
    else turns.push({ role, parts });
  }
  return turns;
}

/** The first call of a turn must have a signature. */
function sign(parts: JsonObject[]): void {
  const first = parts.find((part) => part['functionCall'] !== undefined);
  if (first !== undefined) first['thoughtSignature'] = noSignature;
}

function writePart(
  part: NeutralPart,
  names: Map<string, string>,
  path: string,
  options: WriteOptions,
): JsonObject[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return part.text === '' ? [] : [{ text: part.text }];
    case 'tool-call': {
      names.set(part.id, part.name);
      return [
        {
          functionCall: {
            id: part.id,
            name: part.name,
            args: objectOf(part.arguments, 'arguments'),
          },
        },
      ];
    }
    case 'tool-result': {
      const { toolCallId: id, name = names.get(id) ?? id } = part;
      const text = part.parts.map((one) => (one.type === 'text' ? one.text : '')).join('\n');
      const response = objectOf(text, part.isError === true ? 'error' : 'result');
      const media = part.parts.flatMap((one) =>
        one.type === 'text' ? [] : writePart(one, names, path, options),
      );
      return [{ functionResponse: { id, name, response } }, ...media];
    }
    case 'reasoning':
      return [];
    case 'image':
    case 'file':
    case 'audio':
      if (part.data !== undefined)
        return [
          { inlineData: { mimeType: part.mediaType || defaults[part.type], data: part.data } },
        ];
      if (part.url !== undefined && mayWrite('google-generate', 'imageUrl', path, options.notice))
        return [{ fileData: { fileUri: part.url } }];
  }
  options.notice({
    field: path,
    action: 'drop',
    detail: `${part.type} that only its own provider can read`,
  });
  return [];
}

const defaults = { image: 'image/png', file: 'application/pdf', audio: 'audio/wav' } as const;

/** Arguments and results are objects; anything else stands in one, under this name. */
function objectOf(text: string, name: string): JsonObject {
  const value = text.trim() === '' ? {} : parseJson(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as JsonObject;
  return { [name]: text };
}
