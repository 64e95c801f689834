/** The text of a whole response, and what else of it or of an event is somebody's words. */
import { objectsOf, stringOf } from './json.ts';
import { mapStrings } from './map-strings.ts';
import { createChannels, textSlots } from './openai-responses-slots.ts';
import type { JsonObject, TextPiece } from './types.ts';

/** The text channels of a response, one a part. Parts without text are left out. */
export function responsesReplyText(body: JsonObject): readonly TextPiece[] {
  const channelOf = createChannels();
  return objectsOf(body['output'])
    .flatMap(textSlots)
    .map(({ kind, text }) => ({ channel: channelOf(kind), text }))
    .filter(({ text }) => text !== '');
}

/** A copy of the response with the text of these channels replaced; see `Dialect.writeReplyText`. */
export function writeResponsesReplyText(
  body: JsonObject,
  edits: ReadonlyMap<string, string>,
  blocked = false,
): JsonObject {
  if (!Array.isArray(body['output'])) return body;
  const channelOf = createChannels();
  const output = objectsOf(body['output']).flatMap((item) => {
    let written = item;
    for (const slot of textSlots(item)) {
      const edit = edits.get(channelOf(slot.kind).id);
      // A tool call cut short is none.
      if (blocked && edit === undefined && slot.kind === 'tool-arguments') return [];
      if (edit !== undefined || blocked) written = slot.write(written, edit ?? '');
    }
    return [written];
  });
  const written: JsonObject = { ...body, output };
  // What is said twice.
  if (typeof written['output_text'] === 'string') written['output_text'] = outputText(output);
  if (!blocked) return written;
  return { ...written, status: 'incomplete', incomplete_details: { reason: 'content_filter' } };
}

function outputText(output: readonly JsonObject[]): string {
  return output
    .flatMap(({ content }) => objectsOf(content))
    .map(({ type, text }) => (type === 'output_text' ? stringOf(text) : ''))
    .join('');
}

/** Text in channels, wherever an event or a response has it. */
const inChannels =
  /^(?:(?:(?:response\.)?output\[\d+\]|item)\.(?:(?:content|summary)\[\d+\]\.(?:text|refusal)|arguments|input|code)|part\.(?:text|refusal)|output_text)$/;
/** What was asked, which is the caller's own; and what the format itself or only its provider can read. */
const known =
  /^(?:response\.)?(?:instructions|input|tools|text|prompt|metadata|reasoning|tool_choice|user|safety_identifier|prompt_cache_key|truncation|service_tier|incomplete_details)\b|(?:^|[.\]])(?:item_id|call_id|previous_response_id|encrypted_content|status|phase|name|obfuscation|result|partial_image_b64|file_id|container_id)$/;
/** Fields of events that are in a channel, by the event's name. */
const events =
  /^response\.(?:output_text|refusal|reasoning_text|reasoning_summary_text|function_call_arguments|custom_tool_call_input|mcp_call_arguments|code_interpreter_call_code)\.(?:delta|done)$/;
const eventFields = /^(?:delta|text|refusal|arguments|input|code)$/;

/** A copy of a response or of an event's value with all strings that are in no channel as `map` answers them. */
export function mapResponsesText(
  body: JsonObject,
  _field: 'delta' | 'message',
  map: (path: string, text: string) => string,
): JsonObject {
  const isText = events.test(stringOf(body['type']) ?? '');
  const isEvent = body['object'] !== 'response';
  return mapStrings(body, (path, text) => {
    if (isEvent && eventFields.test(path)) return isText ? text : map(path, text);
    return inChannels.test(path) || known.test(path) ? text : map(path, text);
  });
}
