/** A complete Anthropic message in neutral form. */
import { readAnthropicError } from './anthropic-error.ts';
import { readStopReason } from './anthropic-finish.ts';
import { readAnthropicUsage } from './anthropic-usage.ts';
import { isObject, objectsOf, stringOf } from './json.ts';
import type { JsonObject, NeutralCitation, NeutralPart, NeutralReply } from './types.ts';

/** See `TargetDialect.readReply`. */
export function readAnthropicReply(body: unknown): NeutralReply {
  const dialect = 'anthropic-messages';
  if (!isObject(body) || body['type'] === 'error' || !Array.isArray(body['content'])) {
    const extra = isObject(body) ? { extra: body } : {};
    return { dialect, choices: [], error: readAnthropicError(0, body), ...extra };
  }
  const { content: _, ...extra } = body;
  const { id, model, stop_reason: stop, stop_sequence: sequence } = body;
  const parts = objectsOf(body['content']).map(readBlock);
  const said = (type: 'text' | 'reasoning'): string =>
    parts.map((part) => (part.type === type ? part.text : '')).join('');
  const usage = readAnthropicUsage(body['usage']);
  return {
    dialect,
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof model === 'string' ? { model } : {}),
    choices: [
      {
        text: said('text'),
        reasoning: said('reasoning'),
        refusal: '',
        toolCalls: parts.filter((part) => part.type === 'tool-call'),
        parts,
        finish: typeof stop === 'string' ? readStopReason(stop) : undefined,
        ...(typeof stop === 'string' ? { finishRaw: stop } : {}),
        ...(typeof sequence === 'string' ? { stopSequence: sequence } : {}),
      },
    ],
    ...(usage === undefined ? {} : { usage }),
    extra,
  };
}

/** A block of a message. Hosted tools and what is new are kept as they are. */
export function readBlock(block: JsonObject): NeutralPart {
  switch (block['type']) {
    case 'text': {
      const citations = objectsOf(block['citations']).map(readCitation);
      const text = stringOf(block['text']) ?? '';
      return { type: 'text', text, ...(citations.length === 0 ? {} : { citations }), raw: block };
    }
    case 'thinking': {
      const signature = stringOf(block['signature']);
      const text = stringOf(block['thinking']) ?? '';
      return { type: 'reasoning', text, ...(signature ? { signature } : {}), raw: block };
    }
    case 'redacted_thinking':
      return { type: 'reasoning', text: '', redacted: stringOf(block['data']) ?? '', raw: block };
    case 'tool_use':
      return {
        type: 'tool-call',
        id: stringOf(block['id']) ?? '',
        name: stringOf(block['name']) ?? '',
        arguments: JSON.stringify(block['input'] ?? {}),
        raw: block,
      };
    default:
      return { type: 'unknown', raw: block };
  }
}

/** Where a cited piece comes from: a page of the web, or a document of the call. */
export function readCitation(citation: JsonObject): NeutralCitation {
  const url = stringOf(citation['url']);
  const title = stringOf(citation['title']) ?? stringOf(citation['document_title']);
  const quote = stringOf(citation['cited_text']);
  return {
    ...(url === undefined ? {} : { url }),
    ...(title === undefined ? {} : { title }),
    ...(quote === undefined ? {} : { quote }),
    raw: citation,
  };
}
