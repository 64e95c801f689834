/** What the simulated model decides to answer, before it is written in a wire format. */
import { RequestError, type Usage } from '@wintergate/core';
import {
  estimateInputTokens,
  estimateTokens,
  type ModelCall,
  type NeutralTool,
} from '@wintergate/wire';
import { hashText, randomId, seededRandom } from './random.ts';
import { sampleSchema } from './simulated-schema.ts';
import { answerText, promptOf, shorten, tokenPieces } from './simulated-text.ts';

export interface SimulatedChoice {
  readonly text: string;
  readonly toolCalls: readonly {
    readonly id: string;
    readonly name: string;
    readonly arguments: string;
  }[];
  readonly finish: 'stop' | 'length' | 'tool_calls';
}

export interface SimulatedAnswer {
  readonly id: string;
  readonly choices: readonly SimulatedChoice[];
  readonly usage: Usage;
}

const maxChoices = 128;

/**
 * Decides the answer. The same messages, tools and seed always give the same one.
 *
 * @param custom text of the user's own instead.
 * @throws {RequestError} 400 when a parameter is out of range.
 */
export function decideAnswer(
  call: ModelCall,
  seed: number,
  custom: string | undefined,
): SimulatedAnswer {
  const { body, parameters } = call;
  const content = JSON.stringify([body['model'], body['messages'], body['tools'], body['seed']]);
  const hash = hashText(content, seed);
  const count = parameters.choices ?? 1;
  if (!Number.isInteger(count) || count < 1 || count > maxChoices) {
    throw invalid('n', `Expected "n" to be a whole number from 1 to ${maxChoices}`);
  }
  const limit = parameters.maxOutputTokens ?? Infinity;
  if (!(limit >= 1))
    throw invalid('max_completion_tokens', 'Expected the output limit to be at least 1');
  const choices: SimulatedChoice[] = [];
  let outputTokens = 0;
  for (let index = 0; index < count; index++) {
    const choice = decideChoice(call, seededRandom(hash + index), limit, custom);
    choices.push(choice);
    const written =
      choice.text + choice.toolCalls.map((tool) => tool.name + tool.arguments).join('');
    outputTokens += Math.min(estimateTokens(written), limit);
  }
  return {
    id: `chatcmpl-${randomId(seededRandom(hash))}`,
    choices,
    usage: { inputTokens: estimateInputTokens(call), outputTokens },
  };
}

function decideChoice(
  call: ModelCall,
  random: () => number,
  limit: number,
  custom: string | undefined,
): SimulatedChoice {
  const tool = custom === undefined ? chooseTool(call) : undefined;
  if (tool !== undefined) {
    const value = sampleSchema(tool.parameters, () => subjectOf(promptOf(call)));
    const id = `call_${randomId(random)}`;
    return {
      text: '',
      toolCalls: [{ id, name: tool.name, arguments: JSON.stringify(value) }],
      finish: 'tool_calls',
    };
  }
  const structured = custom === undefined ? structuredText(call) : undefined;
  let text = custom ?? structured ?? answerText(call, random);
  for (const stop of call.parameters.stop ?? []) {
    const at = stop === '' ? -1 : text.indexOf(stop);
    if (at !== -1) text = text.slice(0, at);
  }
  const pieces = tokenPieces(text);
  if (pieces.length <= limit) return { text, toolCalls: [], finish: 'stop' };
  return { text: pieces.slice(0, limit).join(''), toolCalls: [], finish: 'length' };
}

/** The tool that `tool_choice` demands, or that the prompt of an open turn speaks of. */
function chooseTool(call: ModelCall): NeutralTool | undefined {
  const tools = call.tools.filter((tool) => tool.raw === undefined);
  const { mode, name } = call.parameters.toolChoice ?? { mode: 'auto' };
  if (tools.length === 0 || mode === 'none') return undefined;
  if (name !== undefined) return tools.find((tool) => tool.name === name);
  if (call.messages.at(-1)?.role === 'tool') return undefined;
  const prompt = promptOf(call).toLowerCase();
  const spokenOf = tools.find((tool) => speaksOf(prompt, tool.name));
  return spokenOf ?? (mode === 'required' ? tools[0] : undefined);
}

/** `get_weather` is meant by "weather", and by its own name. */
function speaksOf(prompt: string, name: string): boolean {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return (
    prompt.includes(name.toLowerCase()) ||
    words.some((word) => word.length > 3 && prompt.includes(word))
  );
}

/** What the prompt is about, for a string argument: its quoted text, its last capitalised words, or its start. */
function subjectOf(prompt: string): string {
  const head = prompt.slice(0, 2000);
  const quoted = /["“]([^"”]{1,200})["”]/.exec(head)?.[1];
  const names = head.match(/(?<=\S )\p{Lu}[\p{L}'-]{0,40}(?: \p{Lu}[\p{L}'-]{0,40}){0,3}/gu);
  return quoted ?? names?.at(-1) ?? shorten(head, 60);
}

function structuredText(call: ModelCall): string | undefined {
  const format = call.parameters.responseFormat;
  const prompt = shorten(promptOf(call), 200);
  if (format?.type === 'json') return JSON.stringify({ answer: 'simulated', prompt });
  if (format?.type !== 'json-schema') return undefined;
  return JSON.stringify(sampleSchema(format.schema, () => subjectOf(prompt)));
}

function invalid(param: string, message: string): RequestError {
  return new RequestError({ status: 400, type: 'invalid_request_error', message, param });
}
