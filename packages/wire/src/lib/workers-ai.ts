/** The formats of Cloudflare Workers AI's own API, for targets: chat and embeddings. */
import { textsOf } from './embedding-texts.ts';
import { isObject } from './json.ts';
import { writeChatCall } from './openai-chat-write.ts';
import { readOpenaiError } from './openai-error.ts';
import type { TargetDialect, WriteOptions, WrittenCall } from './target-dialect.ts';
import { mayWrite, unsupported } from './translation-table.ts';
import type { JsonObject, ModelCall, NeutralMessage, NeutralReply } from './types.ts';
import { vectorReplies } from './vector-replies.ts';
import { readWorkersAIReply, resultOf, WorkersAIDecoder } from './workers-ai-reply.ts';

/**
 * Workers AI chat (`/run/{model}`, and the `AI` binding), for targets. Answers of newer models have
 * OpenAI's form, of older ones Cloudflare's: both are read. Facts: Cloudflare, Workers AI of 2026.
 *
 * @example
 * const { path, body } = workersAIChat.writeCall(call, { model: '@cf/meta/llama-3.1-8b-instruct', notice });
 */
export const workersAIChat: TargetDialect = {
  id: 'workers-ai-chat',
  operations: ['chat'],
  writeCall: writeWorkersAICall,
  readReply: readWorkersAIReply,
  readError: readOpenaiError,
  createDecoder: () => new WorkersAIDecoder(),
};

/**
 * Workers AI embeddings, for targets.
 *
 * @example
 * const { path, body } = workersAIEmbeddings.writeCall(call, { model: '@cf/baai/bge-m3', notice });
 */
export const workersAIEmbeddings: TargetDialect = {
  id: 'workers-ai-embeddings',
  operations: ['embeddings'],
  writeCall(call, { model, notice }) {
    const id = 'workers-ai-embeddings';
    for (const field of call.unmapped) notice({ field, action: 'drop' });
    if (call.endUser !== undefined) mayWrite(id, 'endUser', 'user', notice);
    if (call.parameters.dimensions !== undefined) mayWrite(id, 'dimensions', 'dimensions', notice);
    return { path: runPath(model ?? call.model), body: { text: textsOf(call) } };
  },
  readReply: readEmbedding,
  readError: readOpenaiError,
  createDecoder: vectorReplies.createDecoder,
};

function writeWorkersAICall(call: ModelCall, options: WriteOptions): WrittenCall {
  for (const [at, message] of call.messages.entries()) checkMedia(message, `messages[${at}]`);
  const { body } = writeChatCall(call, options, 'workers-ai-chat');
  const { model, max_completion_tokens: limit, stream_options: _, ...rest } = body;
  const path = runPath(typeof model === 'string' ? model : undefined);
  return { path, body: { ...rest, ...(limit === undefined ? {} : { max_tokens: limit }) } };
}

/** Only pictures have a form there. */
function checkMedia({ parts }: NeutralMessage, path: string): void {
  if (parts.some(({ type }) => type === 'audio' || type === 'file')) throw unsupported(path);
}

/** A model's name begins with `@` and holds slashes, which stand in the path as they are. */
function runPath(model = ''): string {
  const segments = model.split('/');
  // They would lead to another place.
  if (segments.some((segment) => /^\.{0,2}$/.test(segment))) throw unsupported('model');
  return `/run/${segments.map(encodeURIComponent).join('/').replaceAll('%40', '@')}`;
}

function readEmbedding(body: unknown): NeutralReply {
  const dialect = 'workers-ai-embeddings';
  const result = resultOf(body);
  const data = isObject(result) ? (result as JsonObject)['data'] : undefined;
  if (!Array.isArray(data)) return { dialect, choices: [], error: readOpenaiError(0, body) };
  return { dialect, choices: [], embeddings: data as number[][] };
}
