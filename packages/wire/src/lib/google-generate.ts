import { GoogleDecoder } from './google-decoder.ts';
import { readGoogleError } from './google-error.ts';
import { readGoogleReply } from './google-reply.ts';
import { writeGoogleCall } from './google-write.ts';
import type { TargetDialect } from './target-dialect.ts';

/**
 * Google generateContent and streamGenerateContent (Gemini API and Vertex AI), for targets. Facts:
 * ai.google.dev, API reference of August 2026.
 *
 * @example
 * const target = { provider: 'google', baseUrl: 'https://generativelanguage.googleapis.com/v1beta', dialects: [googleGenerate] };
 */
export const googleGenerate: TargetDialect = {
  id: 'google-generate',
  operations: ['chat'],
  writeCall: writeGoogleCall,
  readReply: readGoogleReply,
  readError: readGoogleError,
  createDecoder: (call) => new GoogleDecoder(call.parameters.choices ?? 1),
};
