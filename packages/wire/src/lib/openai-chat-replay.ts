/** A stored OpenAI chat reply as a stream. */
import { isObject, objectsOf, withoutNulls } from './json.ts';
import { choiceIndex } from './openai-chat-text.ts';
import type { JsonObject, ModelCall } from './types.ts';

/**
 * Writes the reply as its caller asked for it. A stream has for each choice one chunk with the
 * whole message and one with the finish reason; then usage, when the caller asked for it; then the
 * end marker. Without `stream` it is the JSON body.
 */
export function replayChat(body: JsonObject, call: ModelCall): Uint8Array {
  const encoder = new TextEncoder();
  if (!call.stream) return encoder.encode(JSON.stringify(body));
  const { choices, usage, ...envelope } = withoutNulls(body);
  let text = '';
  const write = (fields: JsonObject): void => {
    const chunk = { ...envelope, object: 'chat.completion.chunk', ...fields };
    text += `data: ${JSON.stringify(chunk)}\n\n`;
  };
  for (const [position, choice] of objectsOf(choices).entries()) {
    const { message, logprobs, finish_reason: finish, ...rest } = withoutNulls(choice);
    const index = choiceIndex(choice, position);
    const told = logprobs === undefined ? {} : { logprobs };
    write({ choices: [{ index, delta: deltaOf(message), ...told, finish_reason: null }] });
    write({ choices: [{ ...rest, index, delta: {}, finish_reason: finish ?? 'stop' }] });
  }
  if (call.streamUsage && usage !== undefined) write({ choices: [], usage });
  return encoder.encode(`${text}data: [DONE]\n\n`);
}

function deltaOf(message: unknown): JsonObject {
  if (!isObject(message)) return {};
  const { tool_calls: calls, ...delta } = withoutNulls(message);
  if (calls !== undefined) {
    delta['tool_calls'] = objectsOf(calls).map((call, index) => ({ index, ...call }));
  }
  return { ...delta, role: 'assistant' };
}
