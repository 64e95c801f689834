/** Who answers, by the keys that the environment holds. */
import { openai, openaiCompatible, type Provider, simulated } from '@wintergate/providers';
import { anthropic } from '@wintergate/providers/anthropic';
import { google } from '@wintergate/providers/google';
import { openaiCompletions } from '@wintergate/wire/openai-completions';
import { listModels } from '@wintergate/wire/prices';
import type { GatewaySettings } from './environment.ts';
import type { Probe } from './probe.ts';

export interface ChosenProviders {
  /** Answers whatever no route takes. */
  readonly provider: Provider;
  /** By the pattern of its models' names. */
  readonly routes: Readonly<Record<string, Provider>>;
  /** By path: what may go on unread, because no model answers there. */
  readonly counting: Readonly<Record<string, Provider>>;
  /** Whose models are known here; empty where the one provider is to be asked for them. */
  readonly listed: readonly Provider[];
  /** Why these. */
  readonly why: string;
  /** A model to try. */
  readonly model: string;
  readonly probe: Probe | undefined;
}

interface Candidate {
  readonly provider: Provider;
  readonly why: string;
  readonly model: string;
  readonly probe: Probe | undefined;
  /** Of the models that are its alone. */
  readonly pattern?: string;
  /** The path where it counts the tokens of a call. */
  readonly counts?: string;
  /** Its own list of models has OpenAI's form. */
  readonly listsModels?: boolean;
}

/**
 * Each key is a provider. The first of OpenAI, Anthropic and Google takes what is no other's; with
 * no key at all the simulated one does.
 */
export function chooseProviders(settings: GatewaySettings): ChosenProviders {
  const candidates = [openaiOf(settings), anthropicOf(settings), googleOf(settings)].filter(
    (candidate) => candidate !== undefined,
  );
  const [first = simulatedOf(settings)] = candidates;
  const routes: Record<string, Provider> = {};
  const counting: Record<string, Provider> = {};
  for (const { pattern, counts, provider } of candidates) {
    if (pattern !== undefined) routes[pattern] = provider;
    if (counts !== undefined) counting[counts] = provider;
  }
  const alone = candidates.length <= 1;
  const listed = alone && first.listsModels ? [] : [first, ...candidates.slice(1)];
  const rest = candidates
    .slice(1)
    .map(({ provider, why, pattern }) => `${provider.name} for ${pattern}, ${why}`);
  return {
    ...first,
    routes,
    counting,
    listed: listed.map(({ provider }) => provider),
    why: [first.why, ...rest].join('; '),
  };
}

function openaiOf(settings: GatewaySettings): Candidate | undefined {
  const { apiKey, baseUrl } = settings;
  const model = 'gpt-4o-mini';
  const headers: Record<string, string> =
    apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  if (baseUrl !== undefined) {
    const provider = openaiCompatible({
      baseUrl,
      // Servers that copy OpenAI's API have it, and models without a chat template nothing else.
      dialects: [openaiCompletions],
      ...(apiKey === undefined ? {} : { apiKey }),
    });
    const key =
      apiKey === undefined
        ? "without a key of its own: the callers' goes on"
        : 'with OPENAI_API_KEY';
    const why = `because OPENAI_BASE_URL is set (${new URL(baseUrl).host}), ${key}`;
    const probe = { url: baseUrl, headers, variable: 'OPENAI_API_KEY' };
    return { provider, model, why, probe, listsModels: true };
  }
  if (apiKey === undefined) return undefined;
  const provider = openai({ apiKey, models: listModels('openai') });
  return {
    provider,
    model,
    why: 'because OPENAI_API_KEY is set',
    listsModels: true,
    probe: { url: provider.baseUrl, headers, variable: 'OPENAI_API_KEY' },
  };
}

function anthropicOf({ anthropicKey: apiKey }: GatewaySettings): Candidate | undefined {
  if (apiKey === undefined) return undefined;
  const provider = anthropic({ apiKey, models: listModels('anthropic') });
  const headers = { 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' };
  return {
    provider,
    pattern: 'claude-*',
    counts: '/v1/messages/count_tokens',
    model: 'claude-haiku-4-5',
    why: 'because ANTHROPIC_API_KEY is set',
    probe: { url: provider.baseUrl, headers, variable: 'ANTHROPIC_API_KEY' },
  };
}

function googleOf({ geminiKey: apiKey }: GatewaySettings): Candidate | undefined {
  if (apiKey === undefined) return undefined;
  const provider = google({ apiKey, models: listModels('google') });
  return {
    provider,
    pattern: 'gemini-*',
    counts: '/v1beta/models/*:countTokens',
    model: 'gemini-2.5-flash',
    why: 'because GEMINI_API_KEY is set',
    probe: {
      url: provider.baseUrl,
      headers: { 'x-goog-api-key': apiKey },
      variable: 'GEMINI_API_KEY',
    },
  };
}

function simulatedOf({ firstTokenDelay, tokensPerSecond }: GatewaySettings): Candidate {
  const provider = simulated({ firstTokenDelay, tokensPerSecond, allowSimulateHeader: true });
  return {
    provider,
    model: provider.models[0] ?? '',
    why: 'because no key of a provider is set (OPENAI_API_KEY, OPENAI_BASE_URL, ANTHROPIC_API_KEY, GEMINI_API_KEY): answers are made up, nothing leaves this machine',
    probe: undefined,
  };
}
