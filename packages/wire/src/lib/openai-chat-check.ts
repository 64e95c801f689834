/**
 * What an OpenAI chat completions body must look like: strict about types, so that no later stage
 * meets a surprise; lenient about values and unknown fields, which newer models and compatible
 * hosts add.
 */
import {
  type Check,
  fault,
  integer,
  is,
  list,
  optional,
  shape,
  shapeBy,
  stringOr,
} from './check.ts';

const text = is('string');
const string = optional(text);
const flag = optional(is('boolean'));
const amount = optional(is('number'));
const whole = optional(integer());
const object = optional(is('object'));
const array = optional(is('array'));
const stringOrObject = optional(stringOr('a string or an object', is('object')));

const part = shapeBy(({ type }) => (type === 'text' ? textPart : otherPart));
const textPart = shape({ type: text, text });
const otherPart = shape({ type: text, text: string });
const content = stringOr('a string or an array of parts', list(part));

const toolCall = shapeBy(({ type, function: called }) =>
  type === 'custom' && called === undefined ? customCall : functionCall,
);
const customCall = shape({ id: string, custom: shape({ name: text, input: string }) });
const functionCall = shape({
  id: string,
  type: string,
  function: shape({ name: text, arguments: text }),
});

/** An assistant's turn may consist of tool calls alone, and hosts accept an empty tool result. */
const message = shapeBy(({ role }) => {
  if (role === 'tool') return toolMessage;
  return role === 'assistant' || role === 'function' ? answer : question;
});
const common = { role: text, name: string, tool_calls: optional(list(toolCall)) };
const question = shape({ ...common, content });
const answer = shape({ ...common, content: optional(content) });
const toolMessage = shape({ ...common, content: optional(content), tool_call_id: text });

const definition = shape({ name: text, description: string, parameters: object });
/** Mistral's own client leaves the type out. */
const tool = shapeBy(({ type, function: own }) =>
  type === 'function' || own !== undefined ? functionTool : otherTool,
);
const functionTool = shape({ type: string, function: definition });
const otherTool = shape({ type: text });

const messages: Check = (value) =>
  Array.isArray(value) && value.length === 0
    ? fault('at least one message', value)
    : list(message)(value);

/** The model's name. */
export const modelName: Check = optional((value) =>
  value === '' ? fault('a name', value) : text(value),
);

/** Finds the first field at fault. */
export const chatBody: Check = shape({
  model: modelName,
  stream: flag,
  stream_options: optional(shape({ include_usage: flag })),
  temperature: amount,
  top_p: amount,
  frequency_penalty: amount,
  presence_penalty: amount,
  max_tokens: optional(integer(0)),
  max_completion_tokens: optional(integer(0)),
  n: optional(integer(1)),
  seed: whole,
  top_logprobs: whole,
  logprobs: flag,
  logit_bias: object,
  parallel_tool_calls: flag,
  response_format: object,
  reasoning_effort: string,
  verbosity: string,
  user: string,
  safety_identifier: string,
  prompt_cache_key: string,
  prompt_cache_retention: string,
  prompt_cache_options: object,
  service_tier: string,
  moderation: object,
  metadata: object,
  store: flag,
  modalities: array,
  audio: object,
  prediction: object,
  web_search_options: object,
  stop: optional(stringOr('a string or an array of strings', list(text))),
  tool_choice: stringOrObject,
  function_call: stringOrObject,
  tools: optional(list(tool)),
  functions: optional(list(definition)),
  messages,
});
