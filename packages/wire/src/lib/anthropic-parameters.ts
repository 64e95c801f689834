/** Sampling, limits, thinking and choice of tools as Messages has them, in neutral form. */
import { countOf, isObject, stringOf } from './json.ts';
import type { CallParameters, JsonObject, JsonValue, NeutralToolChoice } from './types.ts';

const numbers = {
  temperature: 'temperature',
  topP: 'top_p',
  topK: 'top_k',
  maxOutputTokens: 'max_tokens',
} as const;

/** Reads a checked body. */
export function readParameters(body: JsonObject): CallParameters {
  const parameters: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(numbers)) {
    const value = countOf(body[field]);
    if (value !== undefined) parameters[name] = value;
  }
  const { stop_sequences: stop, service_tier: tier, thinking } = body;
  if (Array.isArray(stop)) parameters['stop'] = stop.filter((one) => typeof one === 'string');
  // The other value is `auto`, as everywhere.
  if (typeof tier === 'string')
    parameters['serviceTier'] = tier === 'standard_only' ? 'default' : tier;
  if (isObject(thinking)) Object.assign(parameters, readThinking(thinking));
  const { effort, format } = isObject(body['output_config']) ? body['output_config'] : {};
  if (typeof effort === 'string') parameters['reasoningEffort'] ??= effort;
  if (isObject(format) && format['schema'] !== undefined)
    parameters['responseFormat'] = { type: 'json-schema', schema: format['schema'] };
  const choice = isObject(body['tool_choice']) ? body['tool_choice'] : undefined;
  const toolChoice = choice && readToolChoice(choice);
  if (toolChoice !== undefined) parameters['toolChoice'] = toolChoice;
  if (choice?.['disable_parallel_tool_use'] === true) parameters['parallelToolCalls'] = false;
  return parameters;
}

/** `adaptive` leaves it to the model, and to `effort`. */
function readThinking({
  type,
  budget_tokens: budget,
  display,
}: JsonObject): Record<string, JsonValue> {
  const read: Record<string, JsonValue> = {};
  if (type === 'disabled') read['reasoningEffort'] = 'none';
  const tokens = type === 'enabled' ? countOf(budget) : undefined;
  if (tokens !== undefined) read['reasoningBudget'] = tokens;
  if (display === 'summarized' || display === 'omitted')
    read['includeReasoning'] = display === 'summarized';
  return read;
}

function readToolChoice({ type, name }: JsonObject): NeutralToolChoice | undefined {
  if (type === 'auto' || type === 'none') return { mode: type };
  if (type === 'any') return { mode: 'required' };
  const named = stringOf(name);
  return type === 'tool' && named ? { mode: 'required', name: named } : undefined;
}
