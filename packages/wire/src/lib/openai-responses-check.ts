/** What a Responses body must look like: strict about types, lenient about values and unknown fields. */
import { type Check, integer, is, list, optional, shape, shapeBy, stringOr } from './check.ts';
import { modelName } from './openai-chat-check.ts';

const text = is('string');
const string = optional(text);
const flag = optional(is('boolean'));
const amount = optional(is('number'));
const object = optional(is('object'));

const part = shapeBy(({ type }) =>
  type === 'input_text' || type === 'output_text' ? shape({ text }) : otherPart,
);
const otherPart = shape({ type: text, text: string, refusal: string });
const content = stringOr('a string or an array of parts', list(part));

const message = shape({ role: text, content });
const items: Readonly<Record<string, Check>> = {
  message,
  function_call: shape({ call_id: text, name: text, arguments: text }),
  function_call_output: shape({ call_id: text, output: content }),
  custom_tool_call: shape({ call_id: text, name: text, input: text }),
  custom_tool_call_output: shape({ call_id: text, output: content }),
  reasoning: shape({ summary: optional(list(is('object'))), encrypted_content: string }),
};
const otherItem = shape({ type: text });

/** A message may leave its type out. */
const item = shapeBy(({ type }) => {
  if (type === undefined || type === null) return message;
  const known = typeof type === 'string' && Object.hasOwn(items, type) ? items[type] : undefined;
  return known ?? otherItem;
});

const tool = shapeBy(({ type }) => (type === 'function' ? functionTool : otherTool));
const functionTool = shape({ name: text, description: string, parameters: object });
const otherTool = shape({ type: text });

/** Finds the first field at fault. Without `input` a prompt or an earlier response says what is asked. */
export const responsesBody: Check = shape({
  model: modelName,
  input: optional(stringOr('a string or an array of items', list(item))),
  instructions: string,
  previous_response_id: string,
  conversation: optional(stringOr('a string or an object', is('object'))),
  prompt: object,
  stream: flag,
  stream_options: object,
  background: flag,
  store: flag,
  max_output_tokens: optional(integer(0)),
  max_tool_calls: optional(integer(0)),
  temperature: amount,
  top_p: amount,
  top_logprobs: optional(integer(0)),
  parallel_tool_calls: flag,
  reasoning: optional(shape({ effort: string, summary: string })),
  text: optional(shape({ format: object, verbosity: string })),
  tools: optional(list(tool)),
  tool_choice: optional(stringOr('a string or an object', is('object'))),
  include: optional(list(text)),
  metadata: object,
  service_tier: string,
  truncation: string,
  user: string,
  safety_identifier: string,
  prompt_cache_key: string,
});
