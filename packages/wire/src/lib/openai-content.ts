/** The smallest pieces of OpenAI messages, which everything else reads by. */
import { isObject, objectsOf, stringOf } from './json.ts';
import type { JsonObject, JsonValue } from './types.ts';

/** Content as one text: its text parts, one a line. */
export function plainText(content: JsonValue | undefined): string {
  if (typeof content === 'string') return content;
  return objectsOf(content)
    .map((part) => stringOf(part['text']))
    .filter((text) => text !== undefined)
    .join('\n');
}

/** The tool calls, or pieces of them; the deprecated single function call counts as one more. */
export function toolCallsOf(message: JsonObject): readonly JsonObject[] {
  const calls = objectsOf(message['tool_calls']);
  const legacy = message['function_call'];
  return isObject(legacy) ? [...calls, { index: 0, type: 'legacy', function: legacy }] : calls;
}

/** Name and arguments of a tool call. Some hosts send the arguments as an object. */
export function calledOf(call: JsonObject): { readonly name: string; readonly arguments: string } {
  const called = call['function'] ?? call['custom'];
  const { name, arguments: own, input } = isObject(called) ? called : {};
  const text = own ?? input ?? '';
  return {
    name: stringOf(name) ?? '',
    arguments: typeof text === 'string' ? text : JSON.stringify(text),
  };
}
