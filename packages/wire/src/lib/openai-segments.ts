/** Every place of an OpenAI body where text stands that a model reads, with its path. */
import { isObject } from './json.ts';
import { mapStrings } from './map-strings.ts';
import type { JsonObject, JsonValue, SegmentRole, TextSegment } from './types.ts';

type Collect = (role: SegmentRole, path: string, text: JsonValue | undefined) => void;

/** Text of the messages, the tools' definitions, the answer's schema and the predicted answer. */
export function chatSegments(body: JsonObject): readonly TextSegment[] {
  const found: TextSegment[] = [];
  const collect: Collect = (role, path, text) => {
    if (typeof text === 'string' && text !== '') found.push({ role, path, text });
  };
  each(body['messages'], 'messages', (message, path) => collectMessage(message, path, collect));
  each(body['tools'], 'tools', (tool, path) => collectDescriptions(tool, path, collect));
  each(body['functions'], 'functions', (tool, path) => collectDescriptions(tool, path, collect));
  const { response_format: format, prediction } = body;
  if (isObject(format)) collectDescriptions(format, 'response_format', collect);
  if (isObject(prediction))
    collectContent(prediction['content'], 'prediction.content', 'assistant', collect);
  return found;
}

/** The inputs of an embeddings call; inputs given as token numbers have no text. */
export function embeddingSegments(body: JsonObject): readonly TextSegment[] {
  const { input } = body;
  if (typeof input === 'string') return [{ role: 'user', path: 'input', text: input }];
  const found: TextSegment[] = [];
  if (!Array.isArray(input)) return found;
  for (const [index, text] of input.entries()) {
    if (typeof text === 'string') found.push({ role: 'user', path: `input[${index}]`, text });
  }
  return found;
}

function collectMessage(message: JsonObject, path: string, collect: Collect): void {
  const role = segmentRole(message['role']);
  collect(role, `${path}.name`, message['name']);
  collectContent(message['content'], `${path}.content`, role, collect);
  for (const field of ['refusal', 'reasoning_content', 'reasoning']) {
    collect(role, `${path}.${field}`, message[field]);
  }
  each(message['tool_calls'], `${path}.tool_calls`, (call, at) => {
    const { function: called, custom } = call;
    if (isObject(called))
      collect('tool-arguments', `${at}.function.arguments`, called['arguments']);
    if (isObject(custom)) collect('tool-arguments', `${at}.custom.input`, custom['input']);
  });
  const legacy = message['function_call'];
  if (isObject(legacy)) {
    collect('tool-arguments', `${path}.function_call.arguments`, legacy['arguments']);
  }
}

/** Content is a string or parts; a part's text counts whatever the part's type says. */
function collectContent(
  content: JsonValue | undefined,
  path: string,
  role: SegmentRole,
  collect: Collect,
): void {
  collect(role, path, content);
  each(content, path, (part, at) => {
    collect(role, `${at}.text`, part['text']);
    collect(role, `${at}.refusal`, part['refusal']);
    each(part['thinking'], `${at}.thinking`, (piece, inner) =>
      collect(role, `${inner}.text`, piece['text']),
    );
  });
}

/** `description`s at any depth, and the definition of a grammar: text that the model reads. */
function collectDescriptions(value: JsonValue, path: string, collect: Collect): void {
  mapStrings(
    value,
    (at, text) => {
      if (/\.(?:description|definition)$/.test(at)) collect('tool-definition', at, text);
      return text;
    },
    path,
  );
}

function segmentRole(role: JsonValue | undefined): SegmentRole {
  if (role === 'system' || role === 'developer') return 'system';
  if (role === 'assistant') return 'assistant';
  return role === 'tool' || role === 'function' ? 'tool-result' : 'user';
}

function each(
  value: JsonValue | undefined,
  path: string,
  visit: (item: JsonObject, path: string) => void,
): void {
  if (!Array.isArray(value)) return;
  for (let index = 0; index < value.length; index++) {
    const item = value[index];
    if (isObject(item)) visit(item, `${path}[${index}]`);
  }
}
