/** The text of a whole message, and what else of it or of an event is somebody's words. */
import { createChannels, formOf, textOfBlock } from './anthropic-blocks.ts';
import { inputOf } from './anthropic-write-turns.ts';
import { isObject, objectsOf } from './json.ts';
import { mapStrings } from './map-strings.ts';
import type { JsonObject, TextChannel, TextPiece } from './types.ts';

/** The text channels of a message, one a block. Blocks without text are left out. */
export function anthropicReplyText(body: JsonObject): readonly TextPiece[] {
  const channelOf = createChannels();
  return objectsOf(body['content']).flatMap((block): TextPiece[] => {
    const form = formOf(block);
    if (form === undefined) return [];
    const channel = channelOf(form);
    const text = textOfBlock(block, form);
    return text === '' ? [] : [{ channel, text }];
  });
}

/** A copy of the message with the text of these channels replaced; see `Dialect.writeReplyText`. */
export function writeAnthropicReplyText(
  body: JsonObject,
  edits: ReadonlyMap<string, string>,
  blocked = false,
): JsonObject {
  if (!Array.isArray(body['content'])) return body;
  const channelOf = createChannels();
  const content = objectsOf(body['content']).flatMap((block) => {
    const form = formOf(block);
    if (form === undefined) return [block];
    const edit = edits.get(channelOf(form).id);
    if (edit !== undefined && (edit !== '' || !blocked)) return [writeBlock(block, form, edit)];
    // What a filter stopped is not told; a tool call cut short is none.
    return blocked ? [] : [block];
  });
  const written = { ...body, content };
  return blocked ? { ...written, stop_reason: 'refusal', stop_sequence: null } : written;
}

/** The block with other text; it is the same where the text is. */
export function writeBlock(
  block: JsonObject,
  form: { readonly kind: TextChannel['kind']; readonly field: string },
  text: string,
): JsonObject {
  return { ...block, [form.field]: form.kind === 'tool-arguments' ? inputOf(text) : text };
}

/** The channels' text, and what the format itself or only its provider can read. */
const known =
  /^(?:content\[\d+\]|content_block)\.(?:text|thinking|input)\b|^delta\.(?:text|thinking|partial_json|stop_reason)$|(?:^|[.\]])(?:signature|encrypted_content|encrypted_index|tool_use_id|media_type|file_id|stop_reason|service_tier|inference_geo)$|^(?:content\[\d+\]|content_block)\.name$/;

/** A copy of a message or of an event's value with all strings that are in no channel as `map` answers them. */
export function mapAnthropicText(
  body: JsonObject,
  _field: 'delta' | 'message',
  map: (path: string, text: string) => string,
): JsonObject {
  return mapStrings(body, (path, text) => {
    if (known.test(path) || isRedacted(body, path)) return text;
    return map(path, text);
  });
}

/** Reasoning that nobody can read stands in `data`, as bytes do. */
function isRedacted(body: JsonObject, path: string): boolean {
  if (!/(?:^|[.\]])data$/.test(path)) return false;
  const [, at] = /^content\[(\d+)\]\.data$/.exec(path) ?? [];
  const block = at === undefined ? body['content_block'] : objectsOf(body['content'])[Number(at)];
  return isObject(block) && block['type'] === 'redacted_thinking';
}
