/** Hosts that copy OpenAI's API: where each stands, and how it departs. */
import { checkOptions } from '@wintergate/core';
import { openaiCompletions } from '@wintergate/wire/openai-completions';
import { openaiResponses } from '@wintergate/wire/openai-responses';
import type { ChatQuirks } from './chat-quirks.ts';
import {
  checkDialects,
  compatibleNames,
  type HostOptions,
  type OpenAICompatibleOptions,
  openaiCompatible,
} from './openai-compatible.ts';
import type { Provider } from './types.ts';

interface Host extends Pick<OpenAICompatibleOptions, 'dialects' | 'streamUsage'> {
  readonly name: string;
  readonly baseUrl?: string;
  readonly quirks: ChatQuirks;
}

/** Open models know no developers: their templates have system texts. */
const plainRoles = { developer: 'system' };
const olderLimit = { max_completion_tokens: 'max_tokens' };
/** What is OpenAI's own business. */
const accountHints = ['metadata', 'service_tier', 'store', 'verbosity', 'prompt_cache_key'];

function host({ name, baseUrl, quirks, dialects = [], streamUsage }: Host) {
  return (options: HostOptions = {}): Provider => {
    checkOptions(options, compatibleNames, `${name}()`);
    const at = options.baseUrl ?? baseUrl;
    if (at === undefined) throw new TypeError(`Give ${name}() a "baseUrl"`);
    return openaiCompatible({
      ...options,
      streamUsage: options.streamUsage ?? streamUsage,
      name: options.name ?? name,
      baseUrl: at,
      dialects: [...dialects, ...checkDialects(options.dialects)],
      quirks: { ...quirks, ...options.quirks },
    });
  };
}

/**
 * Creates the provider of Mistral's API. Its fields have other names (`max_tokens`, `random_seed`,
 * `tool_choice: "any"`), it refuses those that it does not know, and ids of tool calls are nine
 * letters and digits. Its answers, with reasoning in parts of the content and tool calls without a type,
 * are written anew for SDKs of OpenAI's format. Fact: Mistral, API reference of 2026.
 *
 * @throws {TypeError} when an option is not usable.
 * @example
 * const provider = mistral({ apiKey: process.env.MISTRAL_API_KEY, models: ['mistral-large-latest'] });
 */
export const mistral: (options?: HostOptions) => Provider = /* @__PURE__ */ host({
  name: 'mistral',
  baseUrl: 'https://api.mistral.ai/v1',
  // It tells usage in its last chunk whether asked or not, and older versions refuse the question.
  streamUsage: false,
  quirks: {
    rename: { ...olderLimit, seed: 'random_seed' },
    drop: [
      ...['service_tier', 'store', 'verbosity', 'user', 'safety_identifier', 'stream_options'],
      ...['prompt_cache_retention', 'prediction', 'modalities'],
    ],
    refuse: ['logit_bias', 'logprobs', 'top_logprobs', 'audio', 'web_search_options'],
    values: { tool_choice: { required: 'any' } },
    clamps: {
      reasoning_effort: {
        minimal: 'none',
        low: 'high',
        medium: 'high',
        xhigh: 'high',
        max: 'high',
      },
    },
    roles: plainRoles,
    dropOfMessages: ['name', 'refusal'],
    shortToolIds: true,
    rewriteReplies: true,
  },
});

/**
 * Creates the provider of Groq's API. It refuses log probabilities, biases, names of speakers and
 * more than one choice. Fact: Groq, API reference of 2026.
 *
 * @throws {TypeError} when an option is not usable.
 * @example
 * const provider = groq({ apiKey: [process.env.GROQ_KEY_A ?? '', process.env.GROQ_KEY_B ?? ''] });
 */
export const groq: (options?: HostOptions) => Provider = /* @__PURE__ */ host({
  name: 'groq',
  baseUrl: 'https://api.groq.com/openai/v1',
  dialects: [openaiResponses],
  quirks: {
    drop: ['store', 'verbosity', 'prompt_cache_key', 'safety_identifier'],
    refuse: ['logit_bias', 'logprobs', 'top_logprobs', 'n', 'audio'],
    values: {
      service_tier: {
        default: 'on_demand',
        priority: 'performance',
        fast: 'performance',
        scale: null,
      },
    },
    clamps: { reasoning_effort: { minimal: 'low', xhigh: 'high', max: 'high' } },
    dropOfMessages: ['name', 'refusal'],
  },
});

/**
 * Creates the provider of Together's API.
 *
 * @throws {TypeError} when an option is not usable.
 * @example
 * const provider = together({ apiKey: process.env.TOGETHER_API_KEY });
 */
export const together: (options?: HostOptions) => Provider = /* @__PURE__ */ host({
  name: 'together',
  baseUrl: 'https://api.together.xyz/v1',
  dialects: [openaiCompletions],
  quirks: {
    rename: olderLimit,
    drop: [...accountHints, 'user', 'parallel_tool_calls', 'safety_identifier'],
    refuse: ['audio'],
    roles: plainRoles,
    dropOfMessages: ['refusal'],
  },
});

/**
 * Creates the provider of OpenRouter's API. Give `headers: { 'http-referer': …, 'x-title': … }` to be
 * named there. Routing of its own (`models`, `provider`) passes in calls of OpenAI's format.
 *
 * @throws {TypeError} when an option is not usable.
 * @example
 * const provider = openrouter({ apiKey: process.env.OPENROUTER_API_KEY });
 */
export const openrouter: (options?: HostOptions) => Provider = /* @__PURE__ */ host({
  name: 'openrouter',
  baseUrl: 'https://openrouter.ai/api/v1',
  dialects: [openaiResponses, openaiCompletions],
  quirks: { drop: ['store', 'service_tier'], refuse: ['n'] },
});

/**
 * Creates the provider of DeepSeek's API: JSON by no schema, one choice, and roles of the older kind.
 *
 * @throws {TypeError} when an option is not usable.
 * @example
 * const provider = deepseek({ apiKey: process.env.DEEPSEEK_API_KEY });
 */
export const deepseek: (options?: HostOptions) => Provider = /* @__PURE__ */ host({
  name: 'deepseek',
  baseUrl: 'https://api.deepseek.com/v1',
  quirks: {
    rename: olderLimit,
    drop: [...accountHints, 'seed', 'user', 'parallel_tool_calls', 'safety_identifier'],
    refuse: ['n', 'logit_bias', 'audio'],
    roles: plainRoles,
    dropOfMessages: ['refusal'],
    noJsonSchema: true,
  },
});

/**
 * Creates the provider of xAI's API.
 *
 * @throws {TypeError} when an option is not usable.
 * @example
 * const provider = xai({ apiKey: process.env.XAI_API_KEY });
 */
export const xai: (options?: HostOptions) => Provider = /* @__PURE__ */ host({
  name: 'xai',
  baseUrl: 'https://api.x.ai/v1',
  dialects: [openaiResponses],
  quirks: {
    drop: ['metadata', 'service_tier', 'store', 'verbosity', 'safety_identifier'],
    refuse: ['logit_bias', 'audio'],
    roles: plainRoles,
    dropOfMessages: ['refusal'],
  },
});

/**
 * Creates the provider of Fireworks' API.
 *
 * @throws {TypeError} when an option is not usable.
 * @example
 * const provider = fireworks({ apiKey: process.env.FIREWORKS_API_KEY });
 */
export const fireworks: (options?: HostOptions) => Provider = /* @__PURE__ */ host({
  name: 'fireworks',
  baseUrl: 'https://api.fireworks.ai/inference/v1',
  dialects: [openaiCompletions],
  quirks: {
    rename: olderLimit,
    drop: [...accountHints, 'safety_identifier'],
    refuse: ['audio'],
    roles: plainRoles,
    dropOfMessages: ['refusal'],
  },
});

/**
 * Creates the provider of Hugging Face's router, which calls hosts of many kinds: models are named
 * `org/name`, with `:provider`, `:fastest` or `:cheapest` after it. Give `headers: { 'x-hf-bill-to': … }`
 * to bill an organisation.
 *
 * @throws {TypeError} when an option is not usable.
 * @example
 * const provider = huggingface({ apiKey: process.env.HF_TOKEN });
 */
export const huggingface: (options?: HostOptions) => Provider = /* @__PURE__ */ host({
  name: 'huggingface',
  baseUrl: 'https://router.huggingface.co/v1',
  quirks: {
    rename: olderLimit,
    drop: [...accountHints, 'user', 'parallel_tool_calls', 'safety_identifier'],
    refuse: ['n', 'audio'],
    roles: plainRoles,
    dropOfMessages: ['name', 'refusal'],
  },
});

/**
 * Creates the provider of a vLLM server. `baseUrl` is required.
 *
 * @throws {TypeError} when an option is not usable, or `baseUrl` is missing.
 * @example
 * const provider = vllm({ baseUrl: 'http://127.0.0.1:8000/v1', models: ['qwen3'] });
 */
export const vllm: (options?: HostOptions) => Provider = /* @__PURE__ */ host({
  name: 'vllm',
  dialects: [openaiResponses, openaiCompletions],
  quirks: {
    drop: ['metadata', 'service_tier', 'store', 'verbosity', 'safety_identifier'],
    refuse: ['audio'],
    roles: plainRoles,
  },
});

/**
 * Creates the provider of Cerebras' API.
 *
 * @throws {TypeError} when an option is not usable.
 * @example
 * const provider = cerebras({ apiKey: process.env.CEREBRAS_API_KEY });
 */
export const cerebras: (options?: HostOptions) => Provider = /* @__PURE__ */ host({
  name: 'cerebras',
  baseUrl: 'https://api.cerebras.ai/v1',
  quirks: {
    drop: ['metadata', 'store', 'verbosity', 'safety_identifier'],
    refuse: ['n', 'logit_bias', 'audio'],
    roles: plainRoles,
    dropOfMessages: ['name', 'refusal'],
  },
});

/**
 * Creates the provider of Cloudflare Workers AI over its compatible REST surface. Give the account in
 * `baseUrl`: `https://api.cloudflare.com/client/v4/accounts/{account}/ai/v1`. For its own API and the
 * binding of a Worker there is `workersAI()` of `@wintergate/providers/workers-ai`.
 *
 * @throws {TypeError} when an option is not usable, or `baseUrl` is missing.
 * @example
 * const provider = cloudflare({ baseUrl: `https://api.cloudflare.com/client/v4/accounts/${account}/ai/v1`, apiKey: token });
 */
export const cloudflare: (options?: HostOptions) => Provider = /* @__PURE__ */ host({
  name: 'cloudflare',
  quirks: {
    rename: olderLimit,
    drop: [...accountHints, 'user', 'parallel_tool_calls', 'safety_identifier', 'stream_options'],
    refuse: ['n', 'logit_bias', 'logprobs', 'top_logprobs', 'audio'],
    roles: plainRoles,
    dropOfMessages: ['name', 'refusal'],
  },
});
