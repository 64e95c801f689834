/** Reads and changes the text of an OpenAI chat stream, event by event. */
import { createSseEvent, type SseEvent } from '@wintergate/core';
import { textChannel, toolChannel } from './channel.ts';
import { isObject, objectsOf, stringOf } from './json.ts';
import { isDone, isErrorChunk } from './openai-chat-decoder.ts';
import { contentText, reasoningField, reasoningText } from './openai-chat-delta.ts';
import { writeArguments, writeContent } from './openai-chat-reply.ts';
import { type StreamToolCall, ToolCallTracker } from './openai-chat-tools.ts';
import type {
  JsonObject,
  JsonValue,
  ModelCall,
  StreamEditor,
  StreamStep,
  TextChannel,
  TextPiece,
} from './types.ts';

interface ToolState {
  readonly channel: TextChannel;
  readonly call: StreamToolCall;
  readonly form: 'function' | 'custom' | 'legacy';
}

interface ChoiceState {
  readonly index: number;
  readonly open: Map<string, TextChannel>;
  readonly tracker: ToolCallTracker;
  readonly tools: Map<string, ToolState>;
  reasoning: 'reasoning_content' | 'reasoning' | 'thinking';
  /** The role has left. */
  begun: boolean;
  /** The finish reason has left. */
  finished: boolean;
}

const noStep: StreamStep = { pieces: [], ends: [] };
const maxChoices = 128;

class ChatEditor implements StreamEditor {
  readonly #call: ModelCall;
  readonly #choices = new Map<number, ChoiceState>();
  /** For each tool call delta of the event read last, its channel's id. */
  #toolIds: string[] = [];
  /** Choices of the event read last, and whether it finishes them: true once it has been written. */
  #read: { readonly state: ChoiceState; readonly finishes: boolean }[] = [];
  #like: JsonObject | undefined;

  constructor(call: ModelCall) {
    this.#call = call;
  }

  read(event: SseEvent): StreamStep {
    if (this.#toolIds.length > 0) this.#toolIds = [];
    if (this.#read.length > 0) this.#read = [];
    if (isDone(event.data)) return this.#endAll();
    const chunk = event.json();
    if (isErrorChunk(chunk, event)) return this.#endAll();
    if (!isObject(chunk)) return noStep;
    if (this.#like === undefined && stringOf(chunk['id'])) this.#like = chunk;
    const choices = objectsOf(chunk['choices']);
    if (choices.length === 0) return noStep;
    const pieces: TextPiece[] = [];
    const ends: TextChannel[] = [];
    for (const choice of choices) this.#choice(choice, pieces, ends);
    return { pieces, ends };
  }

  write(event: SseEvent, edits: ReadonlyMap<string, string>): SseEvent {
    for (const { state, finishes } of this.#read) {
      state.begun = true;
      if (finishes) state.finished = true;
    }
    if (edits.size === 0) return event;
    const chunk = event.json();
    if (!isObject(chunk)) return event;
    let toolAt = 0;
    let changed = false;
    const choices = objectsOf(chunk['choices']).map((choice) => {
      const delta = isObject(choice['delta']) ? choice['delta'] : {};
      const index = choiceIndex(choice);
      const count = toolDeltas(delta).length;
      const ids = this.#toolIds.slice(toolAt, toolAt + count);
      toolAt += count;
      const written = writeDelta(delta, index, ids, edits);
      if (written === undefined) return choice;
      changed = true;
      // Log probabilities spell out the text that was there before.
      const { logprobs: _, ...rest } = choice;
      return { ...rest, delta: written };
    });
    if (!changed) return event;
    // Padding for the size of the original text.
    const { obfuscation: _, ...rest } = chunk;
    return this.#event({ ...rest, choices }, event);
  }

  textEvent(channel: TextChannel, text: string): SseEvent {
    const state = this.#choices.get(channel.choice);
    const delta = textDelta(channel, text, state);
    if (state === undefined || state.begun) return this.#chunk(channel.choice, delta, null);
    state.begun = true;
    return this.#chunk(channel.choice, { role: 'assistant', ...delta }, null);
  }

  blockedEnding(): readonly SseEvent[] {
    const states = this.#choices.size === 0 ? [newChoice(0)] : [...this.#choices.values()];
    const events = states
      .filter((state) => !state.finished)
      .map(({ index, begun }) =>
        this.#chunk(index, begun ? {} : { role: 'assistant', content: '' }, 'content_filter'),
      );
    return [...events, createSseEvent({ data: '[DONE]' })];
  }

  #choice(choice: JsonObject, pieces: TextPiece[], ends: TextChannel[]): void {
    const index = choiceIndex(choice);
    let state = this.#choices.get(index);
    if (state === undefined) {
      if (this.#choices.size === maxChoices) return;
      this.#choices.set(index, (state = newChoice(index)));
    }
    const { delta } = choice;
    if (isObject(delta)) this.#delta(state, delta, pieces, ends);
    const finishes = Boolean(stringOf(choice['finish_reason']));
    this.#read.push({ state, finishes });
    if (!finishes) return;
    ends.push(...state.open.values());
    state.open.clear();
  }

  #delta(state: ChoiceState, delta: JsonObject, pieces: TextPiece[], ends: TextChannel[]): void {
    const reasoning = reasoningText(delta);
    if (reasoning !== '') {
      state.reasoning = reasoningField(delta) ?? 'thinking';
      pieces.push({ channel: openText(state, 'reasoning'), text: reasoning });
    }
    const text = contentText(delta);
    if (text !== '') pieces.push({ channel: openText(state, 'text'), text });
    const refusal = stringOf(delta['refusal']);
    if (refusal) pieces.push({ channel: openText(state, 'refusal'), text: refusal });
    for (const call of toolDeltas(delta)) this.#toolCall(state, call, pieces, ends);
  }

  #toolCall(state: ChoiceState, delta: JsonObject, pieces: TextPiece[], ends: TextChannel[]): void {
    const { call, begins, arguments: text } = state.tracker.push(delta);
    const { id } = toolChannel(state.index, call.index);
    let tool = state.tools.get(id);
    if (tool === undefined) {
      const form =
        delta['type'] === 'legacy' ? 'legacy' : isObject(delta['custom']) ? 'custom' : 'function';
      tool = { channel: toolChannel(state.index, call.index), call, form };
      state.tools.set(id, tool);
    }
    this.#toolIds.push(id);
    if (begins) endReplaced(state, call, ends);
    if (text === '') return;
    state.open.set(id, tool.channel);
    const same = pieces.findIndex((piece) => piece.channel.id === id);
    const before = pieces[same];
    // Two deltas of one call in one event: one piece, written back into the first of them.
    if (before !== undefined) pieces[same] = { channel: tool.channel, text: before.text + text };
    else pieces.push({ channel: tool.channel, text });
  }

  #endAll(): StreamStep {
    const ends: TextChannel[] = [];
    for (const state of this.#choices.values()) {
      ends.push(...state.open.values());
      state.open.clear();
    }
    return ends.length === 0 ? noStep : { pieces: [], ends };
  }

  #chunk(index: number, delta: JsonObject, finish: string | null): SseEvent {
    const like = this.#like ?? {};
    const extra: JsonObject = {};
    for (const field of ['service_tier', 'system_fingerprint']) {
      const value = like[field];
      if (value !== undefined && value !== null) extra[field] = value;
    }
    const chunk: JsonObject = {
      id: like['id'] ?? 'chatcmpl-filtered',
      object: 'chat.completion.chunk',
      created: like['created'] ?? Math.floor(Date.now() / 1000),
      model: like['model'] ?? this.#call.model ?? '',
      ...extra,
      choices: [{ index, delta, finish_reason: finish }],
    };
    return this.#event(chunk, undefined);
  }

  #event(chunk: JsonObject, like: SseEvent | undefined): SseEvent {
    return createSseEvent({
      data: JSON.stringify(chunk),
      ...(like?.event ? { event: like.event } : {}),
      ...(like?.id === undefined ? {} : { id: like.id }),
    });
  }
}

/** Creates the editor of one stream. */
export function createChatEditor(call: ModelCall): StreamEditor {
  return new ChatEditor(call);
}

function newChoice(index: number): ChoiceState {
  return {
    index,
    open: new Map(),
    tracker: new ToolCallTracker(),
    tools: new Map(),
    reasoning: 'reasoning_content',
    begun: false,
    finished: false,
  };
}

function choiceIndex(choice: JsonObject): number {
  return typeof choice['index'] === 'number' ? choice['index'] : 0;
}

function openText(state: ChoiceState, kind: 'text' | 'reasoning' | 'refusal'): TextChannel {
  const id = `${state.index}:${kind}`;
  let channel = state.open.get(id);
  if (channel === undefined) state.open.set(id, (channel = textChannel(kind, state.index)));
  return channel;
}

/** Where hosts write one index for all calls, the call before is over once the next one begins. */
function endReplaced(state: ChoiceState, next: StreamToolCall, ends: TextChannel[]): void {
  for (const [id, tool] of state.tools) {
    if (tool.call === next || tool.call.rawIndex !== next.rawIndex) continue;
    const channel = state.open.get(id);
    if (channel === undefined) continue;
    state.open.delete(id);
    ends.push(channel);
  }
}

/** The tool call deltas; the deprecated single function call counts as one more. */
function toolDeltas(delta: JsonObject): readonly JsonObject[] {
  const calls = objectsOf(delta['tool_calls']);
  const legacy = delta['function_call'];
  return isObject(legacy) ? [...calls, { index: 0, type: 'legacy', function: legacy }] : calls;
}

/** The delta with the edited text, `undefined` when it stays as it is. */
function writeDelta(
  delta: JsonObject,
  index: number,
  toolIds: readonly string[],
  edits: ReadonlyMap<string, string>,
): JsonObject | undefined {
  const written: JsonObject = { ...delta };
  let changed = false;
  const text = changedText(edits.get(`${index}:text`), contentText(delta));
  const reasoning = changedText(edits.get(`${index}:reasoning`), reasoningText(delta));
  const refusal = changedText(edits.get(`${index}:refusal`), stringOf(delta['refusal']) ?? '');
  const field = reasoningField(delta);
  if (text !== undefined || (reasoning !== undefined && Array.isArray(delta['content']))) {
    written['content'] = writeContent(delta['content'], text, reasoning);
    changed = true;
  }
  if (reasoning !== undefined) {
    if (field !== undefined) written[field] = reasoning;
    // Structured twins of the reasoning would give away what was replaced.
    delete written['reasoning_details'];
    changed = true;
  }
  if (refusal !== undefined) {
    written['refusal'] = refusal;
    changed = true;
  }
  return writeToolDeltas(delta, written, toolIds, edits) || changed ? written : undefined;
}

function writeToolDeltas(
  delta: JsonObject,
  written: JsonObject,
  toolIds: readonly string[],
  edits: ReadonlyMap<string, string>,
): boolean {
  const before = new Map<string, string>();
  const deltas = toolDeltas(delta);
  for (const [at, call] of deltas.entries()) {
    const id = toolIds[at] ?? '';
    before.set(id, (before.get(id) ?? '') + argumentsOf(call));
  }
  const rest = new Map<string, string>();
  for (const [id, text] of before) {
    const edit = changedText(edits.get(id), text);
    if (edit !== undefined) rest.set(id, edit);
  }
  if (rest.size === 0) return false;
  const calls: JsonValue[] = [];
  for (const [at, call] of deltas.entries()) {
    const id = toolIds[at] ?? '';
    const text = rest.get(id);
    if (text !== undefined) rest.set(id, '');
    const changed = text === undefined ? call : writeArguments(call, text);
    if (call['type'] === 'legacy') written['function_call'] = changed['function'];
    else calls.push(changed);
  }
  if (calls.length > 0) written['tool_calls'] = calls;
  return true;
}

function argumentsOf(call: JsonObject): string {
  const called = call['function'] ?? call['custom'];
  const { arguments: text, input } = isObject(called) ? called : {};
  return stringOf(text) ?? stringOf(input) ?? '';
}

function changedText(edit: string | undefined, before: string): string | undefined {
  return edit === undefined || edit === before ? undefined : edit;
}

function textDelta(channel: TextChannel, text: string, state: ChoiceState | undefined): JsonObject {
  switch (channel.kind) {
    case 'text':
      return { content: text };
    case 'refusal':
      return { refusal: text };
    case 'reasoning':
      return state?.reasoning === 'thinking'
        ? { content: [{ type: 'thinking', thinking: [{ type: 'text', text }] }] }
        : { [state?.reasoning ?? 'reasoning_content']: text };
    default:
      return toolDelta(channel, text, state?.tools.get(channel.id));
  }
}

function toolDelta(channel: TextChannel, text: string, tool: ToolState | undefined): JsonObject {
  if (tool?.form === 'legacy') return { function_call: { arguments: text } };
  const piece: JsonObject =
    tool?.form === 'custom' ? { custom: { input: text } } : { function: { arguments: text } };
  if (tool === undefined) return { tool_calls: [{ index: channel.index, ...piece }] };
  const { rawIndex, id } = tool.call;
  // Without an index only the id says whose the piece is.
  return { tool_calls: [{ ...(rawIndex === undefined ? { id } : { index: rawIndex }), ...piece }] };
}
