/** What models can do, from a dated table. */
import { capabilities } from './capability-table.ts';
import { matches, plainName, providerOf, remembered } from './price-names.ts';

/** What is not known is absent. */
export interface ModelCapabilities {
  /** Tokens of input and output together; where the sources differ, the larger. */
  readonly contextWindow?: number;
  /** Tokens of output at most. */
  readonly maxOutput?: number;
  readonly tools?: boolean;
  /** Images and files in a call. */
  readonly vision?: boolean;
  readonly reasoning?: boolean;
  /** Answers in JSON by a schema. */
  readonly jsonSchema?: boolean;
}

/** A date or `latest` at the end of a name: the model is the same. */
const snapshot = /(?:[-@](?:20\d{6}|20\d\d-\d\d-\d\d|latest))(?:-v\d+(?::\d+)?)?$/;

/**
 * Finds what a model can do. Overridable for each model by the one who asks:
 * `(name) => own[name.model] ?? findCapabilities(name)`.
 *
 * @param name a target's: `provider` may be a provider's name or its host.
 * @returns `undefined` when nothing is known, which is not the same as unable.
 * @example
 * findCapabilities({ provider: 'openai', model: 'gpt-4o-mini' })?.contextWindow; // 128000
 */
export function findCapabilities({
  provider,
  model,
  host,
}: {
  readonly provider: string;
  readonly model?: string | undefined;
  readonly host?: string | undefined;
}): ModelCapabilities | undefined {
  if (model === undefined) return undefined;
  const known = [provider, host ?? '']
    .map(providerOf)
    .find((name) => Object.hasOwn(capabilities, name));
  return known === undefined ? undefined : lookUp(known, model);
}

const lookUp = /* @__PURE__ */ remembered((known, model): ModelCapabilities | undefined => {
  const name = plainName(model);
  const lines = (capabilities[known] as string).trim().split('\n');
  const exact = (wanted: string) => lines.find((line) => line.startsWith(`=${wanted}|`));
  const own = parse(exact(name) ?? exact(name.replace(snapshot, '')));
  const byRule = parse(lines.find((line) => !line.startsWith('=') && fits(line, name)));
  if (own === undefined || byRule === undefined) return own ?? byRule;
  // Windows that are opened on request stand in one source only: nothing is refused in error.
  const contextWindow = Math.max(own.contextWindow ?? 0, byRule.contextWindow ?? 0);
  return { ...own, ...(contextWindow > 0 && { contextWindow }) };
});

/**
 * The models of a provider that the table knows by name, newest table entries included, without dated
 * twins of a name.
 *
 * @returns an empty list for a provider that the table does not know.
 * @example
 * const provider = anthropic({ apiKey, models: listModels('anthropic') });
 */
export function listModels(provider: string): readonly string[] {
  const name = providerOf(provider);
  if (!Object.hasOwn(capabilities, name)) return [];
  const exact = (capabilities[name] as string)
    .trim()
    .split('\n')
    .filter((line) => line.startsWith('='))
    .map((line) => line.slice(1).split(/[|\s]/, 1)[0] as string);
  const all = new Set(exact);
  return exact.filter((model) => {
    const plain = model.replace(snapshot, '');
    return plain === model || !all.has(plain);
  });
}

function fits(line: string, name: string): boolean {
  const [names = ''] = line.split('|');
  return names.split(' ').some((clause) => matches(clause, name));
}

function parse(line: string | undefined): ModelCapabilities | undefined {
  if (line === undefined) return undefined;
  const [contextWindow = '', maxOutput = '', abilities] = (line.split('|')[1] ?? '').split(',');
  return {
    ...(contextWindow === '' ? {} : { contextWindow: Number(contextWindow) }),
    ...(maxOutput === '' ? {} : { maxOutput: Number(maxOutput) }),
    ...(abilities !== undefined && {
      tools: abilities.includes('t'),
      vision: abilities.includes('v'),
      reasoning: abilities.includes('r'),
      jsonSchema: abilities.includes('s'),
    }),
  };
}
