import { AnthropicDecoder } from './anthropic-decoder.ts';
import { readAnthropicError } from './anthropic-error.ts';
import { readAnthropicReply } from './anthropic-reply.ts';
import { writeAnthropicCall } from './anthropic-write.ts';
import type { TargetDialect } from './target-dialect.ts';

/**
 * Anthropic Messages, `POST /messages`, for targets. Facts: docs.claude.com, API reference of August
 * 2026. Reasoning of other providers is not sent: its signatures mean nothing there.
 *
 * @example
 * const target = { provider: 'anthropic', baseUrl: 'https://api.anthropic.com/v1', dialects: [anthropicMessages] };
 */
export const anthropicMessages: TargetDialect = {
  id: 'anthropic-messages',
  operations: ['chat'],
  writeCall: writeAnthropicCall,
  readReply: readAnthropicReply,
  readError: readAnthropicError,
  createDecoder: () => new AnthropicDecoder(),
};
