/** How the tables name providers, and how their lines match models. */

/** Names that people and SDKs use for the providers of the table. */
const aliases: Readonly<Record<string, string>> = {
  'azure-openai': 'azure',
  bedrock: 'aws',
  'amazon-bedrock': 'aws',
  gemini: 'google',
  vertex: 'google',
  'google-vertex': 'google',
  moonshot: 'moonshotai',
  'workers-ai': 'cloudflare',
  togetherai: 'together',
  xai: 'x-ai',
  zai: 'zhipuai',
};

/** Hosts, for targets that nobody named. */
const hosts: readonly (readonly [suffix: string, provider: string])[] = [
  ['api.openai.com', 'openai'],
  ['.openai.azure.com', 'azure'],
  ['api.anthropic.com', 'anthropic'],
  ['generativelanguage.googleapis.com', 'google'],
  ['aiplatform.googleapis.com', 'google'],
  ['.amazonaws.com', 'aws'],
  ['api.cerebras.ai', 'cerebras'],
  ['api.cohere.com', 'cohere'],
  ['api.deepseek.com', 'deepseek'],
  ['api.fireworks.ai', 'fireworks'],
  ['api.groq.com', 'groq'],
  ['api.mistral.ai', 'mistral'],
  ['api.perplexity.ai', 'perplexity'],
  ['api.together.xyz', 'together'],
  ['api.x.ai', 'x-ai'],
  ['openrouter.ai', 'openrouter'],
];

/** The table's name of a provider, given as people, SDKs or targets name it, or by its host. */
export function providerOf(given: string): string {
  const lower = given.toLowerCase();
  const host = lower.includes('.')
    ? hosts.find(([suffix]) => lower.endsWith(suffix))?.[1]
    : undefined;
  return host ?? (Object.hasOwn(aliases, lower) ? (aliases[lower] as string) : lower);
}

/** A model's name as the tables have it; Google's lists and its form of OpenAI's API say "models/…". */
export function plainName(model: string): string {
  return model
    .slice(0, 256)
    .toLowerCase()
    .replace(/^models\//, '');
}

/** The table's expressions are its own, short and linear. */
export function matches(clause: string, name: string): boolean {
  const value = clause.slice(1);
  switch (clause[0]) {
    case '=':
      return name === value;
    case '^':
      return name.startsWith(value);
    case '*':
      return name.includes(value);
    case '$':
      return name.endsWith(value);
    default:
      return new RegExp(value).test(name);
  }
}

/** Names are the callers': no more of them are kept. */
const mostKept = 1000;
const longestKept = 200;

/** Remembers what was found for a provider's model, absence included: a table is long, and models repeat. */
export function remembered<T>(find: (provider: string, model: string) => T) {
  const kept = new Map<string, Map<string, T>>();
  let size = 0;
  return (provider: string, model: string): T => {
    if (model.length + provider.length > longestKept) return find(provider, model);
    const known = kept.get(provider)?.get(model);
    if (known !== undefined || kept.get(provider)?.has(model)) return known as T;
    const found = find(provider, model);
    if (size >= mostKept) {
      kept.clear();
      size = 0;
    }
    const models = kept.get(provider) ?? new Map<string, T>();
    kept.set(provider, models.set(model, found));
    size++;
    return found;
  };
}
