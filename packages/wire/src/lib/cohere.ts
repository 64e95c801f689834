/** The formats of Cohere's API, version 2, for targets: chat and embeddings. */
import { CohereDecoder, readCohereReply } from './cohere-reply.ts';
import { writeCohereCall } from './cohere-write.ts';
import { textsOf } from './embedding-texts.ts';
import { countOf, isObject } from './json.ts';
import { readOpenaiError } from './openai-error.ts';
import type { TargetDialect, WriteOptions, WrittenCall } from './target-dialect.ts';
import { mayWrite } from './translation-table.ts';
import type { ModelCall, NeutralReply } from './types.ts';
import { vectorReplies } from './vector-replies.ts';

/**
 * Cohere chat (`/v2/chat`), for targets. Token counts are those that are billed. Facts: Cohere, API
 * reference of 2026.
 *
 * @example
 * const { path, body } = cohereChat.writeCall(call, { model: 'command-a-03-2025', notice });
 */
export const cohereChat: TargetDialect = {
  id: 'cohere-chat',
  operations: ['chat'],
  writeCall: writeCohereCall,
  readReply: readCohereReply,
  readError: readOpenaiError,
  createDecoder: () => new CohereDecoder(),
};

/**
 * Cohere embeddings (`/v2/embed`), for targets. Texts are embedded as documents; a search's own
 * question is best embedded through `/v2/embed` itself, with its `input_type`.
 *
 * @example
 * const { path, body } = cohereEmbeddings.writeCall(call, { model: 'embed-v4.0', notice });
 */
export const cohereEmbeddings: TargetDialect = {
  id: 'cohere-embeddings',
  operations: ['embeddings'],
  writeCall: writeEmbedding,
  readReply: readEmbedding,
  readError: readOpenaiError,
  createDecoder: vectorReplies.createDecoder,
};

function writeEmbedding(call: ModelCall, options: WriteOptions): WrittenCall {
  const { notice } = options;
  for (const field of call.unmapped) notice({ field, action: 'drop' });
  if (call.endUser !== undefined) mayWrite('cohere-embeddings', 'endUser', 'user', notice);
  const { dimensions } = call.parameters;
  return {
    path: '/embed',
    body: {
      model: options.model ?? call.model ?? '',
      texts: textsOf(call),
      input_type: 'search_document',
      embedding_types: ['float'],
      ...(dimensions === undefined ? {} : { output_dimension: dimensions }),
    },
  };
}

function readEmbedding(body: unknown): NeutralReply {
  const dialect = 'cohere-embeddings';
  const { embeddings, meta } = isObject(body) ? body : {};
  const vectors = isObject(embeddings) ? embeddings['float'] : embeddings;
  if (!Array.isArray(vectors)) return { dialect, choices: [], error: readOpenaiError(0, body) };
  const billed = isObject(meta) && isObject(meta['billed_units']) ? meta['billed_units'] : {};
  const input = countOf(billed['input_tokens']);
  return {
    dialect,
    choices: [],
    embeddings: vectors as number[][],
    ...(input === undefined ? {} : { usage: { inputTokens: input, outputTokens: 0 } }),
  };
}
