/**
 * What each format can not say, and what is done then: the one table of it. What is not listed is said
 * as it is. Anything with a detail of its own (which values there are, say) stands where it is written.
 */
import { RequestError } from '@wintergate/core';
import type { Notice, WriteOptions } from './target-dialect.ts';
import type { CallParameters, ModelCall } from './types.ts';

/**
 * `drop`: left out and told, the answer is still an answer to the call. `refuse`: a 400, because the
 * answer would be to another call. `emulate`: said by other means and told.
 */
export type Rule = 'drop' | 'refuse' | 'emulate';

/** What a call can ask for. */
export type Feature =
  | 'choices'
  | 'seed'
  | 'stop'
  | 'topK'
  | 'penalties'
  | 'logitBias'
  | 'logprobs'
  | 'json'
  | 'allowedTools'
  | 'parallelToolCalls'
  | 'reasoning'
  | 'verbosity'
  | 'serviceTier'
  | 'metadata'
  | 'endUser'
  | 'customTools'
  | 'imageUrl'
  | 'audio'
  | 'documents'
  | 'dimensions';

type Rules = Partial<Record<Feature, Rule>>;

/** Where a call is messages, tools and sampling, and nothing more. */
const plainChat: Rules = {
  choices: 'refuse',
  logitBias: 'refuse',
  logprobs: 'refuse',
  allowedTools: 'emulate',
  parallelToolCalls: 'drop',
  verbosity: 'drop',
  serviceTier: 'drop',
  metadata: 'drop',
  endUser: 'drop',
  customTools: 'refuse',
  audio: 'refuse',
  documents: 'refuse',
};

/**
 * Sampling hints are dropped: without them the answer is another draw of the same. What the caller
 * must get (a number of choices, a form, a picture looked at, a tool called) is refused where it can
 * not be emulated.
 */
export const translationTable: Readonly<Record<string, Rules>> = {
  'openai-chat': { topK: 'drop' },
  'openai-responses': {
    choices: 'refuse',
    seed: 'drop',
    stop: 'refuse',
    topK: 'drop',
    penalties: 'drop',
    logitBias: 'refuse',
    audio: 'refuse',
  },
  'anthropic-messages': {
    choices: 'refuse',
    seed: 'drop',
    penalties: 'drop',
    logitBias: 'refuse',
    logprobs: 'refuse',
    json: 'emulate',
    allowedTools: 'emulate',
    verbosity: 'drop',
    metadata: 'drop',
    customTools: 'refuse',
    audio: 'refuse',
  },
  'google-generate': {
    logitBias: 'refuse',
    parallelToolCalls: 'drop',
    verbosity: 'drop',
    serviceTier: 'drop',
    metadata: 'drop',
    endUser: 'drop',
    customTools: 'refuse',
    // A place on the web is not fetched there; only files of its own are.
    imageUrl: 'refuse',
  },
  'bedrock-converse': {
    choices: 'refuse',
    seed: 'drop',
    penalties: 'drop',
    logitBias: 'refuse',
    logprobs: 'refuse',
    json: 'emulate',
    allowedTools: 'emulate',
    parallelToolCalls: 'drop',
    verbosity: 'drop',
    serviceTier: 'drop',
    metadata: 'drop',
    endUser: 'drop',
    customTools: 'refuse',
    audio: 'refuse',
    imageUrl: 'refuse',
  },
  'openai-completions': {
    ...{ topK: 'drop', allowedTools: 'refuse', parallelToolCalls: 'drop', reasoning: 'drop' },
    ...{ verbosity: 'drop', serviceTier: 'drop', metadata: 'drop', customTools: 'refuse' },
  },
  'cohere-chat': plainChat,
  'workers-ai-chat': plainChat,
  'ollama-chat': { ...plainChat, imageUrl: 'refuse' },
  'google-embeddings': { endUser: 'drop' },
  'cohere-embeddings': { endUser: 'drop' },
  'ollama-embeddings': { endUser: 'drop' },
  'workers-ai-embeddings': { endUser: 'drop', dimensions: 'refuse' },
};

/** The rule of a feature in a dialect; `undefined`: it can be said. */
export function ruleOf(dialect: string, feature: Feature): Rule | undefined {
  return translationTable[dialect]?.[feature];
}

/**
 * Applies the rule of one feature that a call uses.
 *
 * @param field the caller's, for the message.
 * @returns whether the writer is to write it: as it is, or emulated.
 * @throws {RequestError} 400 naming the field, where the rule is `refuse`.
 */
export function mayWrite(
  dialect: string,
  feature: Feature,
  field: string,
  notice: (notice: Notice) => void,
): boolean {
  const rule = ruleOf(dialect, feature);
  if (rule === undefined) return true;
  if (rule === 'refuse') throw unsupported(field);
  notice({ field, action: rule });
  return rule === 'emulate';
}

/** A 400 for what a provider can not do, where no rule of the table tells it beforehand. */
export function unsupported(field: string): RequestError {
  return new RequestError({
    status: 400,
    type: 'invalid_request_error',
    code: 'unsupported_parameter',
    param: field,
    message: `Leave out '${field}': the model's provider can not do it`,
  });
}

const parameterFeatures: readonly (readonly [keyof CallParameters, Feature])[] = [
  ['choices', 'choices'],
  ['seed', 'seed'],
  ['stop', 'stop'],
  ['topK', 'topK'],
  ['presencePenalty', 'penalties'],
  ['frequencyPenalty', 'penalties'],
  ['logitBias', 'logitBias'],
  ['logprobs', 'logprobs'],
  ['topLogprobs', 'logprobs'],
  ['parallelToolCalls', 'parallelToolCalls'],
  ['reasoningEffort', 'reasoning'],
  ['reasoningBudget', 'reasoning'],
  ['includeReasoning', 'reasoning'],
  ['verbosity', 'verbosity'],
  ['serviceTier', 'serviceTier'],
  ['metadata', 'metadata'],
  ['dimensions', 'dimensions'],
];

/** Values that mean what the absence of the field means: they ask for nothing. */
function asksForNothing(name: keyof CallParameters, value: unknown): boolean {
  switch (name) {
    case 'choices':
      return value === 1;
    case 'presencePenalty':
    case 'frequencyPenalty':
    case 'topLogprobs':
      return value === 0;
    case 'logprobs':
      return value === false;
    case 'parallelToolCalls':
      return value === true;
    case 'stop':
      return Array.isArray(value) && value.length === 0;
    default:
      return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  }
}

/**
 * The call's parameters that this dialect can say, by the table. Form, tool choice and the end user
 * are left to the writer, with {@link mayWrite}. Fields without a neutral form are told as dropped.
 */
export function writableParameters(
  call: ModelCall,
  dialect: string,
  { notice }: WriteOptions,
): CallParameters {
  const { parameters } = call;
  const [needed] = call.indispensable;
  if (needed !== undefined) throw unsupported(needed);
  const kept: Record<string, unknown> = { ...parameters };
  for (const [name, feature] of parameterFeatures) {
    const value = parameters[name];
    if (value === undefined) continue;
    if (asksForNothing(name, value) && ruleOf(dialect, feature) !== undefined) delete kept[name];
    else if (!mayWrite(dialect, feature, snakeCase(name), notice)) delete kept[name];
  }
  for (const field of call.unmapped) notice({ field, action: 'drop' });
  return kept as CallParameters;
}

/** The usual name of a parameter in requests. */
function snakeCase(name: keyof CallParameters): string {
  if (name === 'choices') return 'n';
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
