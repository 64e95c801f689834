/** The text in a candidate, of a chunk or of a whole reply: read and written. */
import { textChannel, toolChannel } from './channel.ts';
import { argsOf, partsOf } from './google-generate-candidate.ts';
import { isObject, objectsOf, stringOf } from './json.ts';
import { mapStrings } from './map-strings.ts';
import type { JsonObject, JsonValue, TextPiece } from './types.ts';

/** The texts of a candidate that are not empty: one of a kind, and one a function call. */
export function piecesOf(candidate: JsonObject, choice: number, firstCall = 0): TextPiece[] {
  const said = { text: '', reasoning: '' };
  const calls: TextPiece[] = [];
  let index = firstCall;
  for (const part of partsOf(candidate)) {
    const call = part['functionCall'];
    if (isObject(call)) {
      const text = JSON.stringify(call['args'] ?? {});
      calls.push({ channel: toolChannel(choice, index++), text });
    } else {
      said[kindOf(part)] += stringOf(part['text']) ?? '';
    }
  }
  const texts = (['reasoning', 'text'] as const)
    .filter((kind) => said[kind] !== '')
    .map((kind) => ({ channel: textChannel(kind, choice), text: said[kind] }));
  return [...texts, ...calls];
}

function kindOf(part: JsonObject): 'text' | 'reasoning' {
  return part['thought'] === true ? 'reasoning' : 'text';
}

/**
 * A candidate with the text of these channels replaced. The first part of a kind takes all of its
 * text; where text changed, what spells out the original goes.
 *
 * @param blocked leaves out the function calls that are not edited.
 */
export function writeCandidate(
  candidate: JsonObject,
  choice: number,
  firstCall: number,
  edits: ReadonlyMap<string, string>,
  blocked = false,
): JsonObject {
  const { content } = candidate;
  if (!isObject(content)) return candidate;
  const written = new Set<string>();
  const parts: JsonValue[] = [];
  let index = firstCall;
  for (const part of partsOf(candidate)) {
    const call = part['functionCall'];
    if (isObject(call)) {
      const edit = edits.get(toolChannel(choice, index++).id);
      if (edit !== undefined)
        parts.push({ ...part, functionCall: { ...call, args: argsOf(edit) } });
      else if (!blocked) parts.push(part);
      continue;
    }
    const { id } = textChannel(kindOf(part), choice);
    const edit = typeof part['text'] === 'string' ? edits.get(id) : undefined;
    parts.push(edit === undefined ? part : { ...part, text: written.has(id) ? '' : edit });
    if (edit !== undefined) written.add(id);
  }
  const changed: JsonObject = { ...candidate, content: { ...content, parts } };
  if (JSON.stringify(parts) === JSON.stringify(content['parts'])) return changed;
  const { logprobsResult: _, avgLogprobs: _average, groundingMetadata, ...rest } = changed;
  if (!isObject(groundingMetadata)) return rest;
  const { groundingSupports: _supports, ...grounding } = groundingMetadata;
  return { ...rest, groundingMetadata: grounding };
}

/** The candidates' text, and what Google itself writes. */
const known =
  /^candidates\[\d+\]\.content\.parts\[\d+\]\.(?:text$|thoughtSignature$|inlineData\.data$|functionCall\.(?:args\b|name$|id$))|(?:^|[.\]])(?:finishReason|modelVersion|responseId|createTime|mimeType|blockReason|category|probability|severity|modality|trafficType|serviceTier)$/;

/** A copy of a chunk or reply with all strings that are in no text channel as `map` answers them. */
export function mapGoogleText(
  body: JsonObject,
  _field: 'delta' | 'message',
  map: (path: string, text: string) => string,
): JsonObject {
  const mapped = mapStrings(body, (path, text) => (known.test(path) ? text : map(path, text)));
  for (const [at, candidate] of objectsOf(mapped['candidates']).entries()) {
    const { logprobsResult: told, ...rest } = candidate;
    if (!isObject(told)) continue;
    // A value may be spelled out token by token.
    const text = objectsOf(told['chosenCandidates'])
      .map(({ token }) => stringOf(token) ?? '')
      .join('');
    if (map(`candidates[${at}].logprobsResult`, text) === text) continue;
    const candidates = (mapped['candidates'] as JsonValue[]).slice();
    candidates[at] = rest;
    return mapGoogleText({ ...mapped, candidates }, _field, map);
  }
  return mapped;
}
