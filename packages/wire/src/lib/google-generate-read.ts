/** Google's turns and tools in neutral form. The body has been checked. */
import type { CallReaders } from './call.ts';
import { readParameters, unmappedConfig } from './google-generate-parameters.ts';
import { type CallIds, readParts } from './google-generate-parts.ts';
import { jsonSchema } from './google-generate-schema.ts';
import { isObject, objectsOf, stringOf } from './json.ts';
import type { JsonObject, JsonValue, NeutralMessage, NeutralPart, NeutralTool } from './types.ts';

export const googleReaders: CallReaders = {
  system: ({ systemInstruction: given }) =>
    objectsOf(isObject(given) ? given['parts'] : [])
      .map(({ text }) => stringOf(text) ?? '')
      .filter((text) => text !== '')
      .join('\n'),
  messages(body) {
    const ids = turnIds();
    return objectsOf(body['contents']).map((content) => readTurn(content, ids));
  },
  tools: ({ tools }) => objectsOf(tools).flatMap(readTools),
  parameters: readParameters,
  mapped: /* @__PURE__ */ new Set([
    'model',
    'contents',
    'systemInstruction',
    'tools',
    'toolConfig',
    'generationConfig',
    'labels',
  ]),
  unmapped: unmappedConfig,
  // What Google holds of the conversation.
  indispensable: (body) => (body['cachedContent'] ? ['cachedContent'] : []),
};

function readTurn(content: JsonObject, ids: CallIds): NeutralMessage {
  const parts = readParts(content, ids);
  if (content['role'] === 'model') return { role: 'assistant', parts };
  const results = parts.length > 0 && parts.every(isResult);
  return { role: results ? 'tool' : 'user', parts };
}

function isResult({ type }: NeutralPart): boolean {
  return type === 'tool-result';
}

/** Results without an id answer the calls of their name in order. */
function turnIds(): CallIds {
  const open = new Map<string, string[]>();
  let count = 0;
  return {
    call(name, own) {
      const id = own || `call_${count++}`;
      const waiting = open.get(name);
      if (waiting === undefined) open.set(name, [id]);
      else waiting.push(id);
      return id;
    },
    result: (name, own) => own || open.get(name)?.shift() || `call_${count++}`,
  };
}

/** One entry holds functions, or a hosted tool, or several of both. */
function readTools(entry: JsonObject): NeutralTool[] {
  return Object.keys(entry).flatMap((name): NeutralTool[] => {
    if (name === 'functionDeclarations') return objectsOf(entry[name]).map(readFunction);
    return [{ name, raw: { [name]: entry[name] as JsonValue } }];
  });
}

function readFunction(declaration: JsonObject): NeutralTool {
  const { description, parameters, parametersJsonSchema } = declaration;
  const schema =
    parametersJsonSchema ?? (isObject(parameters) ? jsonSchema(parameters) : undefined);
  return {
    name: stringOf(declaration['name']) ?? '',
    ...(description ? { description: stringOf(description) ?? '' } : {}),
    ...(schema === undefined ? {} : { parameters: schema }),
  };
}
