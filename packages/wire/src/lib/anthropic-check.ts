/** What a Messages body must look like: strict about types, lenient about values and unknown fields. */
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
import { modelName } from './openai-chat-check.ts';

const text = is('string');
const string = optional(text);
const flag = optional(is('boolean'));
const amount = optional(is('number'));
const object = optional(is('object'));

const textBlock = shape({ type: text, text });
const blocks: Readonly<Record<string, Check>> = {
  text: textBlock,
  image: shape({ source: is('object') }),
  document: shape({ source: is('object'), title: string, context: string }),
  thinking: shape({ thinking: text, signature: string }),
  redacted_thinking: shape({ data: text }),
  tool_use: shape({ id: text, name: text, input: is('object') }),
  tool_result: shape({ tool_use_id: text, content: optional(contentOf(1)), is_error: flag }),
};
const otherBlock = shape({ type: text });

/** Content is text or blocks; a tool's result holds content of its own, which holds no other result. */
function contentOf(depth: number): Check {
  const block = shapeBy(({ type }) => {
    const known =
      typeof type === 'string' && Object.hasOwn(blocks, type) ? blocks[type] : undefined;
    return (depth > 0 && type === 'tool_result' ? undefined : known) ?? otherBlock;
  });
  return stringOr('a string or an array of blocks', list(block));
}

const messages: Check = (value) =>
  Array.isArray(value) && value.length === 0
    ? fault('at least one message', value)
    : list(shape({ role: text, content: contentOf(0) }))(value);

/** A tool of the caller's own has no type, or `custom`; the others are Anthropic's. */
const tool = shapeBy(({ type }) =>
  type === undefined || type === null || type === 'custom' ? ownTool : shape({ type: text }),
);
const ownTool = shape({
  name: text,
  description: string,
  input_schema: is('object'),
  strict: flag,
});

/** Finds the first field at fault. */
export const messagesBody: Check = shape({
  model: modelName,
  max_tokens: optional(integer(0)),
  messages,
  system: optional(stringOr('a string or an array of text blocks', list(textBlock))),
  stream: flag,
  temperature: amount,
  top_p: amount,
  top_k: optional(integer(0)),
  stop_sequences: optional(list(text)),
  tools: optional(list(tool)),
  tool_choice: optional(shape({ type: text, name: string, disable_parallel_tool_use: flag })),
  thinking: optional(shape({ type: text, budget_tokens: optional(integer(0)), display: string })),
  output_config: optional(shape({ effort: string, format: object })),
  metadata: optional(shape({ user_id: string })),
  service_tier: string,
  cache_control: object,
});
