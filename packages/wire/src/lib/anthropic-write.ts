/** A call of any dialect as an Anthropic Messages request. */
import { writeTurns } from './anthropic-write-turns.ts';
import { isObject } from './json.ts';
import type { WriteOptions, WrittenCall } from './target-dialect.ts';
import { mayWrite, writableParameters } from './translation-table.ts';
import type { CallParameters, JsonObject, ModelCall, NeutralTool } from './types.ts';

const id = 'anthropic-messages';
/** The API demands a limit; so much is written where the caller has none. */
const defaultMaxTokens = 4096;
const jsonOnly = 'Answer with one JSON object and nothing else: no text around it, no code fence.';

/** See `TargetDialect.writeCall`. */
export function writeAnthropicCall(call: ModelCall, options: WriteOptions): WrittenCall {
  const parameters = writableParameters(call, id, options);
  const messages = writeTurns(call.messages, options);
  const body: JsonObject = {
    model: options.model ?? call.model ?? '',
    max_tokens: parameters.maxOutputTokens ?? options.maxOutputTokens ?? defaultMaxTokens,
    messages,
    ...writeSampling(parameters, options),
    ...writeTools(call, parameters, options),
  };
  const system = [call.system, ...writeFormat(body, parameters, options)].filter(
    (text) => text !== '',
  );
  if (system.length > 0) body['system'] = system.join('\n\n');
  writeThinking(body, call, parameters, options);
  if (call.endUser !== undefined && mayWrite(id, 'endUser', 'user', options.notice))
    body['metadata'] = { user_id: call.endUser };
  if (call.stream) body['stream'] = true;
  return { body, path: '/messages' };
}

function writeSampling(parameters: CallParameters, { notice }: WriteOptions): JsonObject {
  const { temperature, topP, topK, serviceTier } = parameters;
  const body: JsonObject = {};
  if (temperature !== undefined) {
    body['temperature'] = Math.min(1, temperature);
    if (temperature > 1)
      notice({ field: 'temperature', action: 'clamp', detail: 'it ends at 1 there' });
  }
  if (topP !== undefined) body['top_p'] = topP;
  if (topK !== undefined) body['top_k'] = topK;
  // Stop sequences of white space alone are refused.
  const stop = (parameters.stop ?? []).filter((sequence) => sequence.trim() !== '');
  if (stop.length > 0) body['stop_sequences'] = stop;
  if (stop.length < (parameters.stop ?? []).length)
    notice({ field: 'stop', action: 'drop', detail: 'white space alone can not stop it' });
  if (serviceTier === 'auto' || serviceTier === 'standard_only') body['service_tier'] = serviceTier;
  else if (serviceTier !== undefined && serviceTier !== 'default')
    notice({ field: 'service_tier', action: 'drop' });
  return body;
}

function writeTools(
  call: ModelCall,
  parameters: CallParameters,
  options: WriteOptions,
): JsonObject {
  const { notice } = options;
  const choice = parameters.toolChoice;
  const allowed = choice?.allowed;
  if (allowed !== undefined) mayWrite(id, 'allowedTools', 'tool_choice', notice);
  const tools = call.tools.flatMap((tool, at): JsonObject[] => {
    if (allowed !== undefined && !allowed.includes(tool.name)) return [];
    return writeTool(tool, `tools[${at}]`, options);
  });
  if (tools.length === 0) return {};
  const single = parameters.parallelToolCalls === false;
  const mode = choice?.mode ?? 'auto';
  const written: JsonObject =
    choice?.name !== undefined
      ? { type: 'tool', name: choice.name }
      : { type: mode === 'required' ? 'any' : mode };
  if (single && mode !== 'none') written['disable_parallel_tool_use'] = true;
  return choice === undefined && !single ? { tools } : { tools, tool_choice: written };
}

function writeTool(tool: NeutralTool, path: string, { notice }: WriteOptions): JsonObject[] {
  const { name, description, parameters, strict, raw } = tool;
  if (isObject(raw) && raw['type'] === 'custom') {
    mayWrite(id, 'customTools', path, notice);
    return [];
  }
  if (raw !== undefined && parameters === undefined) {
    notice({ field: path, action: 'drop', detail: 'a hosted tool of another provider' });
    return [];
  }
  return [
    {
      name,
      ...(description === undefined ? {} : { description }),
      input_schema: parameters ?? { type: 'object', properties: {} },
      ...(strict === undefined ? {} : { strict }),
    },
  ];
}

/** @returns what the system text is to say in addition. */
function writeFormat(
  body: JsonObject,
  { responseFormat }: CallParameters,
  options: WriteOptions,
): string[] {
  if (responseFormat === undefined || responseFormat.type === 'text') return [];
  if (responseFormat.type === 'json-schema' && responseFormat.schema !== undefined) {
    body['output_config'] = { format: { type: 'json_schema', schema: responseFormat.schema } };
    return [];
  }
  mayWrite(id, 'json', 'response_format', options.notice);
  return [jsonOnly];
}

/** Thinking by effort or by budget. It takes no temperature, and no open tool loop that it did not begin. */
function writeThinking(
  body: JsonObject,
  call: ModelCall,
  { reasoningEffort: effort, reasoningBudget: budget }: CallParameters,
  { notice }: WriteOptions,
): void {
  if (effort === undefined && budget === undefined) return;
  if (effort === 'none' || budget === 0) {
    body['thinking'] = { type: 'disabled' };
    return;
  }
  if (effort !== undefined) {
    const level = effort === 'minimal' ? 'low' : effort;
    if (level !== effort) notice({ field: 'reasoning_effort', action: 'clamp', detail: 'to low' });
    const config = body['output_config'];
    body['output_config'] = { ...(isObject(config) ? config : {}), effort: level };
    return;
  }
  if (call.messages.at(-1)?.parts.some(({ type }) => type === 'tool-result')) {
    notice({ field: 'reasoning', action: 'drop', detail: 'not in a tool loop begun without it' });
    return;
  }
  const tokens = Math.max(1024, budget ?? 0);
  body['thinking'] = { type: 'enabled', budget_tokens: tokens };
  // The limit holds both.
  if ((body['max_tokens'] as number) <= tokens)
    body['max_tokens'] = (body['max_tokens'] as number) + tokens;
  if (body['temperature'] !== undefined) {
    delete body['temperature'];
    notice({ field: 'temperature', action: 'drop', detail: 'thinking takes none' });
  }
}
