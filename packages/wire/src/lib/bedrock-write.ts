/** A call of any dialect as a Converse request. */
import { writeBedrockTurns } from './bedrock-write-turns.ts';
import { isObject } from './json.ts';
import type { WriteOptions, WrittenCall } from './target-dialect.ts';
import { mayWrite, writableParameters } from './translation-table.ts';
import type { CallParameters, JsonObject, ModelCall, NeutralTool } from './types.ts';

const id = 'bedrock-converse';
const jsonOnly = 'Answer with one JSON object and nothing else: no text around it, no code fence.';

/** See `TargetDialect.writeCall`. Ids of models have colons, and may be whole ARNs: the path escapes them. */
export function writeBedrockCall(call: ModelCall, options: WriteOptions): WrittenCall {
  const parameters = writableParameters(call, id, options);
  const model = options.model ?? call.model ?? '';
  const system = [call.system, ...writeFormat(parameters, options)].filter((text) => text !== '');
  const { inferenceConfig, additional } = writeSampling(parameters, model, options);
  const body: JsonObject = {
    messages: writeBedrockTurns(call.messages, options),
    ...(system.length === 0 ? {} : { system: system.map((text) => ({ text })) }),
    ...(Object.keys(inferenceConfig).length === 0 ? {} : { inferenceConfig }),
    ...(Object.keys(additional).length === 0 ? {} : { additionalModelRequestFields: additional }),
  };
  const toolConfig = writeTools(call, parameters, options);
  if (toolConfig !== undefined) body['toolConfig'] = toolConfig;
  if (call.endUser !== undefined) mayWrite(id, 'endUser', 'user', options.notice);
  const path = `/model/${encodeURIComponent(model)}/converse${call.stream ? '-stream' : ''}`;
  return { body, path };
}

function writeSampling(
  parameters: CallParameters,
  model: string,
  { notice }: WriteOptions,
): { inferenceConfig: JsonObject; additional: JsonObject } {
  const { temperature, topP, topK, maxOutputTokens } = parameters;
  const inferenceConfig: JsonObject = {};
  const additional: JsonObject = {};
  const isClaude = model.includes('anthropic.');
  if (maxOutputTokens !== undefined) inferenceConfig['maxTokens'] = maxOutputTokens;
  if (temperature !== undefined) {
    inferenceConfig['temperature'] = Math.min(1, temperature);
    if (temperature > 1)
      notice({ field: 'temperature', action: 'clamp', detail: 'it ends at 1 there' });
  }
  if (topP !== undefined) inferenceConfig['topP'] = topP;
  const stop = (parameters.stop ?? []).filter((sequence) => sequence.trim() !== '');
  if (stop.length > 0) inferenceConfig['stopSequences'] = stop;
  if (stop.length < (parameters.stop ?? []).length)
    notice({ field: 'stop', action: 'drop', detail: 'white space alone can not stop it' });
  // Fields of the model's maker go beside the common ones.
  if (topK !== undefined && isClaude) additional['top_k'] = topK;
  else if (topK !== undefined) notice({ field: 'top_k', action: 'drop' });
  const thinking = thinkingOf(parameters);
  if (thinking !== undefined && isClaude) {
    additional['thinking'] = thinking;
    delete inferenceConfig['temperature'];
  } else if (thinking !== undefined) notice({ field: 'reasoning_effort', action: 'drop' });
  return { inferenceConfig, additional };
}

/** The usual budgets of the efforts (reference: the ladder that gateways agree on). */
const budgets: Readonly<Record<string, number>> = {
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
};

function thinkingOf(parameters: CallParameters): JsonObject | undefined {
  const { reasoningEffort: effort, reasoningBudget: budget } = parameters;
  if (effort === 'none' || budget === 0) return undefined;
  const tokens = budget ?? (effort === undefined ? undefined : (budgets[effort] ?? 32_768));
  return tokens === undefined
    ? undefined
    : { type: 'enabled', budget_tokens: Math.max(1024, tokens) };
}

function writeTools(
  call: ModelCall,
  { toolChoice: choice }: CallParameters,
  options: WriteOptions,
): JsonObject | undefined {
  const { notice } = options;
  const allowed = choice?.allowed;
  if (allowed !== undefined) mayWrite(id, 'allowedTools', 'tool_choice', notice);
  // A history with calls in it needs the tools, whether they may be called again or not.
  const hasCalls = call.messages.some(({ parts }) =>
    parts.some(({ type }) => type === 'tool-call'),
  );
  if (choice?.mode === 'none' && !hasCalls) return undefined;
  const tools = call.tools.flatMap((tool, at): JsonObject[] =>
    allowed !== undefined && !allowed.includes(tool.name)
      ? []
      : writeTool(tool, `tools[${at}]`, options),
  );
  if (tools.length === 0) return undefined;
  if (choice?.mode === 'none') {
    notice({ field: 'tool_choice', action: 'drop', detail: 'tools can not be switched off there' });
    return { tools };
  }
  if (choice?.name !== undefined) return { tools, toolChoice: { tool: { name: choice.name } } };
  if (choice?.mode === 'required') return { tools, toolChoice: { any: {} } };
  return choice === undefined ? { tools } : { tools, toolChoice: { auto: {} } };
}

function writeTool(tool: NeutralTool, path: string, { notice }: WriteOptions): JsonObject[] {
  const { name, description, parameters, raw } = tool;
  if (isObject(raw) && raw['type'] === 'custom') {
    mayWrite(id, 'customTools', path, notice);
    return [];
  }
  if (raw !== undefined && parameters === undefined) {
    notice({ field: path, action: 'drop', detail: 'a hosted tool of another provider' });
    return [];
  }
  const json = parameters ?? { type: 'object', properties: {} };
  // An empty description is refused.
  const described = description ? { description } : {};
  return [{ toolSpec: { name, ...described, inputSchema: { json } } }];
}

/** @returns what the system text is to say in addition. */
function writeFormat({ responseFormat }: CallParameters, options: WriteOptions): string[] {
  if (responseFormat === undefined || responseFormat.type === 'text') return [];
  mayWrite(id, 'json', 'response_format', options.notice);
  const { schema } = responseFormat;
  return [
    jsonOnly +
      (schema === undefined ? '' : ` It follows this JSON schema: ${JSON.stringify(schema)}`),
  ];
}
