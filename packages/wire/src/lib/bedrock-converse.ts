/** The format of Amazon Bedrock's Converse API, for targets. */
import { createEventStreamReframer } from './aws-event-stream.ts';
import { BedrockDecoder } from './bedrock-decoder.ts';
import { readBedrockError } from './bedrock-error.ts';
import { readBedrockReply } from './bedrock-reply.ts';
import { writeBedrockCall } from './bedrock-write.ts';
import type { TargetDialect } from './target-dialect.ts';

/**
 * Amazon Bedrock Converse and ConverseStream, for targets: one format for the models of all makers.
 * Streams are AWS event streams, both checksums of each frame checked. Facts: AWS, Bedrock Runtime
 * API reference of 2026.
 *
 * @example
 * const { path, body } = bedrockConverse.writeCall(call, { model: 'amazon.nova-lite-v1:0', notice });
 */
export const bedrockConverse: TargetDialect = {
  id: 'bedrock-converse',
  operations: ['chat'],
  writeCall: writeBedrockCall,
  readReply: readBedrockReply,
  readError: readBedrockError,
  createDecoder: () => new BedrockDecoder(),
  framing: {
    contentType: /^application\/vnd\.amazon\.eventstream\b/i,
    createReframer: createEventStreamReframer,
  },
};
