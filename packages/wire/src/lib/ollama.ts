/** The formats of Ollama's own API, for targets: chat and embeddings. */
import { textsOf } from './embedding-texts.ts';
import { countOf, isObject } from './json.ts';
import { createLineReframer } from './ndjson.ts';
import { OllamaDecoder, readOllamaReply } from './ollama-reply.ts';
import { writeOllamaCall } from './ollama-write.ts';
import { readOpenaiError } from './openai-error.ts';
import type { TargetDialect } from './target-dialect.ts';
import { mayWrite } from './translation-table.ts';
import type { NeutralReply } from './types.ts';
import { vectorReplies } from './vector-replies.ts';

/**
 * Ollama chat (`/api/chat`), for targets. Its streams are a JSON value a line. Beside what its
 * compatible surface can do it thinks by level, and follows schemas. Facts: Ollama, API documentation
 * of 2026.
 *
 * @example
 * const { path, body } = ollamaChat.writeCall(call, { model: 'llama3.2', notice });
 */
export const ollamaChat: TargetDialect = {
  id: 'ollama-chat',
  operations: ['chat'],
  writeCall: writeOllamaCall,
  readReply: readOllamaReply,
  readError: readOpenaiError,
  createDecoder: () => new OllamaDecoder(),
  framing: {
    contentType: /^application\/(?:x-ndjson|jsonl|ndjson)\b/i,
    createReframer: createLineReframer,
  },
};

/**
 * Ollama embeddings (`/api/embed`), for targets.
 *
 * @example
 * const { path, body } = ollamaEmbeddings.writeCall(call, { model: 'nomic-embed-text', notice });
 */
export const ollamaEmbeddings: TargetDialect = {
  id: 'ollama-embeddings',
  operations: ['embeddings'],
  writeCall(call, options) {
    const { notice } = options;
    for (const field of call.unmapped) notice({ field, action: 'drop' });
    if (call.endUser !== undefined) mayWrite('ollama-embeddings', 'endUser', 'user', notice);
    const { dimensions } = call.parameters;
    const model = options.model ?? call.model ?? '';
    const size = dimensions === undefined ? {} : { dimensions };
    return { path: '/embed', body: { model, input: textsOf(call), ...size } };
  },
  readReply: readEmbedding,
  readError: readOpenaiError,
  createDecoder: vectorReplies.createDecoder,
};

function readEmbedding(body: unknown): NeutralReply {
  const dialect = 'ollama-embeddings';
  const { embeddings, prompt_eval_count: count } = isObject(body) ? body : {};
  if (!Array.isArray(embeddings)) return { dialect, choices: [], error: readOpenaiError(0, body) };
  const input = countOf(count);
  return {
    dialect,
    choices: [],
    embeddings: embeddings as number[][],
    ...(input === undefined ? {} : { usage: { inputTokens: input, outputTokens: 0 } }),
  };
}
