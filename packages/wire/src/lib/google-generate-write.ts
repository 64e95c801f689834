/** A call of any dialect as a generateContent request. */
import { configFields } from './google-generate-parameters.ts';
import { modelPath } from './google-generate-path.ts';
import { writeThinking } from './google-generate-thinking.ts';
import { writeContents } from './google-generate-write-parts.ts';
import { isObject } from './json.ts';
import type { WriteOptions, WrittenCall } from './target-dialect.ts';
import { mayWrite, writableParameters } from './translation-table.ts';
import type {
  CallParameters,
  JsonObject,
  JsonValue,
  ModelCall,
  NeutralTool,
  NeutralToolChoice,
} from './types.ts';

const id = 'google-generate';
/** The API refuses more. */
const maxStops = 5;

/** See `TargetDialect.writeCall`. Streams are asked for as server-sent events. */
export function writeGoogleCall(call: ModelCall, options: WriteOptions): WrittenCall {
  const parameters = writableParameters(call, id, options);
  const model = options.model ?? call.model ?? '';
  if (call.endUser !== undefined) mayWrite(id, 'endUser', 'user', options.notice);
  const tools = writeTools(call.tools, options);
  const config = writeConfig(parameters, model, options);
  const { toolChoice } = parameters;
  const body: JsonObject = {
    ...(call.system === '' ? {} : { systemInstruction: { parts: [{ text: call.system }] } }),
    contents: writeContents(call, model, options),
    ...(tools.length === 0 ? {} : { tools }),
    ...(tools.length === 0 || toolChoice === undefined
      ? {}
      : { toolConfig: { functionCallingConfig: writeToolChoice(toolChoice) } }),
    ...(Object.keys(config).length === 0 ? {} : { generationConfig: config }),
  };
  const method = call.stream ? 'streamGenerateContent?alt=sse' : 'generateContent';
  return { body, path: `${modelPath(model)}:${method}` };
}

function writeConfig(parameters: CallParameters, model: string, options: WriteOptions): JsonObject {
  const config: JsonObject = {};
  for (const [name, field] of Object.entries(configFields)) {
    const value = parameters[name as keyof typeof configFields];
    if (value !== undefined) config[field] = value as JsonValue;
  }
  const { stop = [], responseFormat: format } = parameters;
  if (stop.length === 0) delete config['stopSequences'];
  else config['stopSequences'] = stop.slice(0, maxStops);
  if (stop.length > maxStops)
    options.notice({ field: 'stop', action: 'drop', detail: `more than ${maxStops} sequences` });
  if (parameters.logprobs !== true) delete config['logprobs'];
  if (format !== undefined && format.type !== 'text')
    config['responseMimeType'] = 'application/json';
  if (format?.schema !== undefined) config['responseJsonSchema'] = format.schema;
  const thinking = writeThinking(parameters, model, options);
  if (Object.keys(thinking).length > 0) config['thinkingConfig'] = thinking;
  return config;
}

function writeTools(tools: readonly NeutralTool[], options: WriteOptions): JsonObject[] {
  const functionDeclarations: JsonObject[] = [];
  const hosted: JsonObject[] = [];
  for (const [at, { name, description, parameters, strict, raw }] of tools.entries()) {
    const field = `tools[${at}]`;
    if (isObject(raw) && parameters === undefined) {
      hosted.push(...writeHosted(name, raw, field, options));
      continue;
    }
    if (strict === true) options.notice({ field: `${field}.strict`, action: 'drop' });
    functionDeclarations.push({
      name,
      ...(description === undefined ? {} : { description }),
      ...(parameters === undefined ? {} : { parametersJsonSchema: parameters }),
    });
  }
  return functionDeclarations.length === 0 ? hosted : [{ functionDeclarations }, ...hosted];
}

/** A tool that the provider runs: Google's own are named by their only field. */
function writeHosted(
  name: string,
  raw: JsonObject,
  field: string,
  { notice }: WriteOptions,
): JsonObject[] {
  if (Object.keys(raw).length === 1 && raw[name] !== undefined) return [raw];
  if (raw['type'] === 'custom') mayWrite(id, 'customTools', field, notice);
  notice({ field, action: 'drop', detail: 'a hosted tool of another provider' });
  return [];
}

function writeToolChoice({ mode, name, allowed }: NeutralToolChoice): JsonObject {
  if (name !== undefined) return { mode: 'ANY', allowedFunctionNames: [name] };
  if (allowed === undefined) return { mode: modes[mode] };
  // Names may be given only where calls are checked against their schema.
  return { mode: mode === 'auto' ? 'VALIDATED' : 'ANY', allowedFunctionNames: [...allowed] };
}

const modes = { auto: 'AUTO', required: 'ANY', none: 'NONE' } as const;
