/** A call of any dialect as a Google generateContent request. */
import { writeGoogleTurns } from './google-write-turns.ts';
import { isObject } from './json.ts';
import type { WriteOptions, WrittenCall } from './target-dialect.ts';
import { mayWrite, writableParameters } from './translation-table.ts';
import type { CallParameters, JsonObject, ModelCall, NeutralTool } from './types.ts';

const id = 'google-generate';
/** The API takes so many stop sequences. */
const maxStops = 5;

/** See `TargetDialect.writeCall`. */
export function writeGoogleCall(call: ModelCall, options: WriteOptions): WrittenCall {
  const parameters = writableParameters(call, id, options);
  const model = options.model ?? call.model ?? '';
  const config = {
    ...writeConfig(parameters, options),
    ...writeThinking(model, parameters, options),
  };
  const body: JsonObject = { contents: writeGoogleTurns(call.messages, model, options) };
  if (call.system !== '') body['systemInstruction'] = { parts: [{ text: call.system }] };
  if (Object.keys(config).length > 0) body['generationConfig'] = config;
  const declared = call.tools.flatMap((tool, at) => writeTool(tool, `tools[${at}]`, options));
  if (declared.length > 0) {
    body['tools'] = [{ functionDeclarations: declared }];
    const choice = writeToolChoice(parameters);
    if (choice !== undefined) body['toolConfig'] = { functionCallingConfig: choice };
  }
  if (call.endUser !== undefined) mayWrite(id, 'endUser', 'user', options.notice);
  const named = encodeURIComponent(model);
  const path = call.stream
    ? `/models/${named}:streamGenerateContent?alt=sse`
    : `/models/${named}:generateContent`;
  return { body, path };
}

const fields: readonly (readonly [keyof CallParameters, string])[] = [
  ['temperature', 'temperature'],
  ['topP', 'topP'],
  ['topK', 'topK'],
  ['maxOutputTokens', 'maxOutputTokens'],
  ['choices', 'candidateCount'],
  ['seed', 'seed'],
  ['presencePenalty', 'presencePenalty'],
  ['frequencyPenalty', 'frequencyPenalty'],
  ['logprobs', 'responseLogprobs'],
  ['topLogprobs', 'logprobs'],
];

function writeConfig(parameters: CallParameters, { notice }: WriteOptions): JsonObject {
  const config: JsonObject = {};
  for (const [name, field] of fields) {
    const value = parameters[name];
    if (typeof value === 'number' || typeof value === 'boolean') config[field] = value;
  }
  const { stop = [], responseFormat } = parameters;
  if (stop.length > 0) config['stopSequences'] = stop.slice(0, maxStops);
  if (stop.length > maxStops)
    notice({ field: 'stop', action: 'drop', detail: `more than ${maxStops} sequences` });
  if (responseFormat !== undefined && responseFormat.type !== 'text') {
    config['responseMimeType'] = 'application/json';
    if (responseFormat.schema !== undefined) config['responseJsonSchema'] = responseFormat.schema;
  }
  return config;
}

const budgets: Readonly<Record<string, number>> = {
  none: 0,
  minimal: 1024,
  low: 4096,
  medium: 8192,
  high: 24_576,
  xhigh: 24_576,
  max: 24_576,
};
const levels: Readonly<Record<string, string>> = {
  none: 'MINIMAL',
  minimal: 'MINIMAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  xhigh: 'HIGH',
  max: 'HIGH',
};

/** Models of the second generation think by a budget of tokens, those after it by a level. */
function writeThinking(
  model: string,
  { reasoningEffort: effort, reasoningBudget: budget, includeReasoning }: CallParameters,
  { notice }: WriteOptions,
): JsonObject {
  const thinking: JsonObject = {};
  if (budget !== undefined) thinking['thinkingBudget'] = budget;
  else if (effort !== undefined) {
    const isOld = isSecondGeneration(model);
    const value = (isOld ? budgets : levels)[effort];
    if (value === undefined) notice({ field: 'reasoning_effort', action: 'drop' });
    else thinking[isOld ? 'thinkingBudget' : 'thinkingLevel'] = value;
    if (effort === 'xhigh' || effort === 'max' || (effort === 'none' && !isOld))
      notice({ field: 'reasoning_effort', action: 'clamp', detail: `to ${value}` });
  }
  if (includeReasoning !== undefined) thinking['includeThoughts'] = includeReasoning;
  return Object.keys(thinking).length === 0 ? {} : { thinkingConfig: thinking };
}

/** Whether a model is older than those that demand the signatures of their thoughts back. */
export function isSecondGeneration(model: string): boolean {
  return /gemini-[12](?:\D|$)/.test(model);
}

function writeTool(tool: NeutralTool, path: string, { notice }: WriteOptions): JsonObject[] {
  const { name, description, parameters, raw } = tool;
  if (isObject(raw) && raw['type'] === 'custom') mayWrite(id, 'customTools', path, notice);
  if (raw !== undefined && parameters === undefined) {
    notice({ field: path, action: 'drop', detail: 'a hosted tool of another provider' });
    return [];
  }
  return [
    {
      name,
      ...(description === undefined ? {} : { description }),
      ...(parameters === undefined ? {} : { parametersJsonSchema: parameters }),
    },
  ];
}

function writeToolChoice({ toolChoice }: CallParameters): JsonObject | undefined {
  if (toolChoice === undefined) return undefined;
  const { mode, name, allowed } = toolChoice;
  const names = name === undefined ? allowed : [name];
  // Names may only be given to one that must call.
  if (mode === 'auto')
    return names === undefined
      ? { mode: 'AUTO' }
      : { mode: 'VALIDATED', allowedFunctionNames: [...names] };
  if (mode === 'none') return { mode: 'NONE' };
  return { mode: 'ANY', ...(names === undefined ? {} : { allowedFunctionNames: [...names] }) };
}
