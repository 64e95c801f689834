/** `generationConfig`, `toolConfig` and `labels` in neutral form. */
import { jsonSchema } from './google-generate-schema.ts';
import { countOf, isObject, stringOf } from './json.ts';
import type {
  CallParameters,
  JsonObject,
  JsonValue,
  NeutralFormat,
  NeutralToolChoice,
} from './types.ts';

/** Fields that have the same values in both forms. */
export const configFields = {
  temperature: 'temperature',
  topP: 'topP',
  topK: 'topK',
  maxOutputTokens: 'maxOutputTokens',
  stop: 'stopSequences',
  seed: 'seed',
  choices: 'candidateCount',
  presencePenalty: 'presencePenalty',
  frequencyPenalty: 'frequencyPenalty',
  logprobs: 'responseLogprobs',
  topLogprobs: 'logprobs',
} as const;

const mapped: ReadonlySet<string> = /* @__PURE__ */ new Set<string>([
  ...Object.values(configFields),
  'responseMimeType',
  'responseSchema',
  'responseJsonSchema',
  'responseModalities',
  'thinkingConfig',
]);

/** The fields of `generationConfig` that no other format has, and answers that are no text. */
export function unmappedConfig({ generationConfig: config }: JsonObject): readonly string[] {
  if (!isObject(config)) return [];
  const { responseModalities: forms } = config;
  return Object.keys(config)
    .filter((name) => {
      if (name !== 'responseModalities') return !mapped.has(name);
      return Array.isArray(forms) && forms.some((form) => form !== 'TEXT');
    })
    .map((name) => `generationConfig.${name}`);
}

export function readParameters(body: JsonObject): CallParameters {
  const parameters: Record<string, unknown> = {};
  const { generationConfig, labels } = body;
  const config = isObject(generationConfig) ? generationConfig : {};
  for (const [name, field] of Object.entries(configFields)) {
    const value = config[field];
    if (value !== undefined && value !== null) parameters[name] = value;
  }
  const { thinkingConfig } = config;
  if (isObject(thinkingConfig)) {
    const { thinkingLevel, includeThoughts } = thinkingConfig;
    const level = stringOf(thinkingLevel)?.toLowerCase();
    // -1 leaves it to the model.
    const budget = countOf(thinkingConfig['thinkingBudget']);
    if (level && !level.endsWith('unspecified')) parameters['reasoningEffort'] = level;
    if (budget !== undefined) parameters['reasoningBudget'] = budget;
    if (typeof includeThoughts === 'boolean') parameters['includeReasoning'] = includeThoughts;
  }
  const format = readFormat(config);
  if (format !== undefined) parameters['responseFormat'] = format;
  const choice = readToolChoice(body['toolConfig']);
  if (choice !== undefined) parameters['toolChoice'] = choice;
  if (isObject(labels)) parameters['metadata'] = labels;
  return parameters;
}

function readFormat(config: JsonObject): NeutralFormat | undefined {
  const { responseMimeType: type, responseSchema, responseJsonSchema } = config;
  if (responseJsonSchema) return { type: 'json-schema', schema: responseJsonSchema };
  if (isObject(responseSchema)) return { type: 'json-schema', schema: jsonSchema(responseSchema) };
  if (type === 'application/json') return { type: 'json' };
  return type === 'text/plain' ? { type: 'text' } : undefined;
}

const modes = { AUTO: 'auto', VALIDATED: 'auto', ANY: 'required', NONE: 'none' } as const;

function readToolChoice(config: JsonValue | undefined): NeutralToolChoice | undefined {
  const given = isObject(config) ? config['functionCallingConfig'] : undefined;
  if (!isObject(given)) return undefined;
  const mode = modes[stringOf(given['mode']) as keyof typeof modes];
  if (mode === undefined) return undefined;
  const { allowedFunctionNames } = given;
  const names = Array.isArray(allowedFunctionNames)
    ? allowedFunctionNames.filter((name) => typeof name === 'string')
    : [];
  if (names.length === 0) return { mode };
  const [name = ''] = names;
  return mode === 'required' && names.length === 1 ? { mode, name } : { mode, allowed: names };
}
