/** A stored OpenAI chat reply as a stream. */
import { isObject, objectsOf, setMember } from './json.ts';
import type { JsonObject, JsonValue, ModelCall } from './types.ts';

const replyOnly: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'id',
  'created',
  'model',
  'service_tier',
  'system_fingerprint',
  'object',
  'choices',
  'usage',
]);
const messageText: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'role',
  'content',
  'refusal',
  'reasoning',
  'reasoning_content',
  'tool_calls',
]);

/**
 * Writes the reply as its caller asked for it. A stream has for each choice its role, reasoning,
 * content, refusal, tool calls and finish reason, each whole in one chunk; then usage, when the
 * caller asked for it; then the end marker. Without `stream` it is the JSON body.
 */
export function replayChat(body: JsonObject, call: ModelCall): Uint8Array {
  const encoder = new TextEncoder();
  if (!call.stream) return encoder.encode(JSON.stringify(body));
  const envelope = envelopeOf(body);
  let text = '';
  const write = (fields: JsonObject): void => {
    text += `data: ${JSON.stringify({ ...envelope, ...fields })}\n\n`;
  };
  for (const [position, choice] of objectsOf(body['choices']).entries()) {
    writeChoice(choice, position, write);
  }
  const rest = otherFields(body, replyOnly);
  if (Object.keys(rest).length > 0) write({ choices: [], ...rest });
  if (call.streamUsage && isObject(body['usage'])) write({ choices: [], usage: body['usage'] });
  return encoder.encode(`${text}data: [DONE]\n\n`);
}

function writeChoice(
  choice: JsonObject,
  position: number,
  write: (fields: JsonObject) => void,
): void {
  const index = choice['index'] ?? position;
  const message = isObject(choice['message']) ? choice['message'] : {};
  let logprobs = isObject(choice['logprobs']) ? choice['logprobs'] : undefined;
  const send = (delta: JsonObject, finish: JsonValue = null): void =>
    write({ choices: [{ index, delta, finish_reason: finish }] });
  const sendText = (delta: JsonObject): void => {
    const held = logprobs;
    logprobs = undefined;
    if (held === undefined) send(delta);
    else write({ choices: [{ index, delta, logprobs: held, finish_reason: null }] });
  };
  const { content, refusal, reasoning, reasoning_content: reasoningContent } = message;
  send({
    role: 'assistant',
    content: content === null || content === undefined ? null : '',
    ...otherFields(message, messageText),
  });
  if (reasoningContent) send({ reasoning_content: reasoningContent });
  if (reasoning) send({ reasoning });
  if (Array.isArray(content) || content) sendText({ content });
  if (refusal) sendText({ refusal });
  for (const [at, call] of objectsOf(message['tool_calls']).entries()) {
    send({ tool_calls: [{ index: at, ...call }] });
  }
  const rest = otherFields(choice, new Set(['index', 'message', 'logprobs', 'finish_reason']));
  const finish = choice['finish_reason'] ?? 'stop';
  write({
    choices: [
      {
        index,
        delta: {},
        ...(logprobs === undefined ? {} : { logprobs }),
        finish_reason: finish,
        ...rest,
      },
    ],
  });
}

function envelopeOf(body: JsonObject): JsonObject {
  const envelope: JsonObject = {
    id: body['id'] ?? '',
    object: 'chat.completion.chunk',
    created: body['created'] ?? 0,
    model: body['model'] ?? '',
  };
  for (const field of ['service_tier', 'system_fingerprint']) {
    const value = body[field];
    if (value !== undefined && value !== null) envelope[field] = value;
  }
  return envelope;
}

function otherFields(value: JsonObject, known: ReadonlySet<string>): JsonObject {
  const rest: JsonObject = {};
  for (const key of Object.keys(value)) {
    const member = value[key];
    if (member !== undefined && member !== null && !known.has(key)) setMember(rest, key, member);
  }
  return rest;
}
