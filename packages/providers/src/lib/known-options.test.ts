import { describe, expect, it } from 'vitest';
import * as hosts from '../hosts.ts';
import { anthropic } from './anthropic.ts';
import { azureOpenAI } from './azure.ts';
import { bedrock } from './bedrock.ts';
import { cohere } from './cohere.ts';
import { google, vertex } from './google.ts';
import { ollama } from './ollama.ts';
import { openai, openaiCompatible } from './openai-compatible.ts';
import { simulated } from './simulated.ts';
import { workersAI } from './workers-ai.ts';

const baseUrl = 'http://127.0.0.1:1/v1';

/** Each provider with options that suit it. */
const usable: Record<string, [(options: never) => unknown, object]> = {
  openai: [openai, { apiKey: 'k', organization: 'o', project: 'p', baseUrl }],
  openaiCompatible: [openaiCompatible, { baseUrl, streamUsage: false, quirks: {} }],
  anthropic: [anthropic, { apiKey: 'k', version: '2023-06-01', betas: [] }],
  google: [google, { apiKey: 'k' }],
  vertex: [vertex, { project: 'p', location: 'us', accessToken: 't' }],
  azureOpenAI: [azureOpenAI, { resource: 'r', apiKey: 'k', apiVersion: '2024-10-21' }],
  bedrock: [bedrock, { region: 'us-east-1', apiKey: 'k', now: Date.now }],
  workersAI: [workersAI, { account: 'a', apiToken: 't' }],
  cohere: [cohere, { apiKey: 'k', headers: { 'x-a': 'b' } }],
  ollama: [ollama, { models: ['m'] }],
  simulated: [simulated, { seed: 1, dimensions: 8 }],
  ...Object.fromEntries(
    Object.entries(hosts).map(([name, create]) => [name, [create, { apiKey: 'k', baseUrl }]]),
  ),
};

describe('a provider', () => {
  it.each(Object.entries(usable))(
    '%s refuses names that it does not know',
    (_, [create, options]) => {
      expect(() => create(options as never)).not.toThrow();
      // As OpenAI's SDK spells it: unread, calls and their key would go to another host.
      expect(() => create({ ...options, baseURL: baseUrl } as never)).toThrow(
        /^Remove "baseURL" from the options of \w+\(\): it knows .*\bname\b/,
      );
      expect(() => create('key' as never)).toThrow(
        /^Give \w+\(\) an object of options: got string$/,
      );
      // One model would be read as a list of letters.
      expect(() => create({ ...options, models: 'gpt-5' } as never)).toThrow(
        /^Expected "models" of \w+\(\) to be of type string\[\]: got string$/,
      );
    },
  );
});
