// What tests must not see: keys of providers, and where they would send what they send.

const secret = /(_KEY|_KEY_ID|_TOKEN|_SECRET|_BASE_URL|_ENDPOINT)$/i;
const provider =
  /^(OPENAI|ANTHROPIC|GOOGLE|GEMINI|AZURE|AWS|MISTRAL|COHERE|GROQ|UPSTASH|PORTKEY|LANGCHAIN|LANGSMITH)_/i;
const gateway = new Set(['PORT', 'HOST', 'WINTERGATE_KEY']);

/** Overrides for `run`'s `env`: every such variable set to undefined. */
export function withoutProviders(environment) {
  const names = Object.keys(environment).filter((name) => {
    if (/^npm_/i.test(name)) return false;
    return secret.test(name) || provider.test(name) || gateway.has(name);
  });
  return Object.fromEntries(names.map((name) => [name, undefined]));
}
