/**
 * @module Google's Gemini API and Vertex AI as providers: calls of any dialect, answered by their models.
 *
 * @example
 * import { modelRouter } from '@wintergate/router';
 * import { google } from '@wintergate/providers/google';
 * const router = modelRouter({ routes: { 'gemini-*': google({ apiKey }) } });
 *
 * Runs on: Node, Bun, Deno, Workers, Edge.
 */
export { type GoogleOptions, google, type VertexOptions, vertex } from './lib/google.ts';
