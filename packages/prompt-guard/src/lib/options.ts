/** What a user may choose, and what comes of it. */
import { checkOptions, type Duration, type OptionKind, parseDuration } from '@wintergate/core';
import type { ValueDetector } from './detector.ts';
import { foldTerm, maxTermLength } from './terms.ts';

/** What to do about a finding. `redact` hides it: reversibly in requests, for good in replies. */
export type GuardAction = 'allow' | 'flag' | 'redact' | 'block';

/** One action for both phases, or one for each. A phase left out keeps its default. */
export type GuardActions =
  | GuardAction
  | { readonly request?: GuardAction | undefined; readonly reply?: GuardAction | undefined };

/** What to do about an injection: `block` blocks on strong evidence and flags weaker. */
export type InjectionAction = 'allow' | 'flag' | 'block';

export interface GuardLimits {
  /** Bytes of a request's body; over it 413. @default 10485760 (10 MiB) */
  readonly maxBytes?: number | undefined;
  /** Messages in a chat call; over it 400. @default 2000 */
  readonly maxMessages?: number | undefined;
  /** Nesting of the body's JSON; over it 400. @default 64 */
  readonly maxDepth?: number | undefined;
  /** Characters of one text; over it 413. @default 2000000 */
  readonly maxTextCharacters?: number | undefined;
}

export interface PromptGuardOptions {
  /** `shadow` reports what it would have done and changes nothing. @default 'enforce' */
  readonly mode?: 'enforce' | 'shadow' | undefined;
  /** Checked before anything else. `Infinity` switches one off. */
  readonly limits?: GuardLimits | undefined;
  /**
   * Injection rules, for what users write and for text of third parties (tool results).
   * @default 'block'
   */
  readonly injection?:
    | InjectionAction
    | {
        readonly user?: InjectionAction | undefined;
        readonly document?: InjectionAction | undefined;
      }
    | undefined;
  /**
   * How many characters of a request the injection rules read, newest text first; of a text that
   * does not fit, beginning and end. What is left out is reported as uninspected.
   * @default 262144
   */
  readonly inspectCharacters?: number | undefined;
  /**
   * Characters of texts in which nothing at all was found, kept in the memory of this process: the system text
   * and earlier turns of a chat are compared with them and not read again, nor is a call that comes again whole.
   * 0 keeps none.
   * @default 2000000
   */
  readonly rememberCharacters?: number | undefined;
  /** API keys, tokens, private keys, passwords in assignments and URLs. @default 'redact' */
  readonly secrets?: GuardActions | undefined;
  /** E-mail addresses. @default { request: 'flag', reply: 'allow' } */
  readonly email?: GuardActions | undefined;
  /** Payment card numbers. @default 'redact' */
  readonly card?: GuardActions | undefined;
  /** International bank account numbers. @default 'redact' */
  readonly iban?: GuardActions | undefined;
  /** Terms that must not occur: plain text, whatever its case, as whole words, 64 characters at most. @default [] */
  readonly deny?: readonly string[] | undefined;
  /** What to do about a denied term. @default 'block' */
  readonly denyAction?: GuardActions | undefined;
  /**
   * Terms that are fine: a denied term inside of one does not count, nor does an e-mail address,
   * card or IBAN that is one, and the injection rules do not read them. Secrets are not excepted.
   * @default []
   */
  readonly allow?: readonly string[] | undefined;
  /** Puts originals back where a reply's text holds their placeholders. @default true */
  readonly restore?: boolean | undefined;
  /** Also in the arguments of tool calls, which then carry what was hidden out of the chat. @default false */
  readonly restoreToolArguments?: boolean | undefined;
  /** How long streamed text may wait for a verdict. @default '200 ms' */
  readonly maxHoldBack?: Duration | undefined;
  /**
   * What happens to text that has waited so long: `mask` hides what has begun like a secret, card
   * or address and lets any other word wait for its next character; `release` lets all of it go,
   * and hides only what comes later of a value. @default 'mask'
   */
  readonly onHoldExpired?: 'mask' | 'release' | undefined;
  /** Milliseconds from any origin. @default performance.now */
  readonly now?: (() => number) | undefined;
  /** Calls back once after so many milliseconds; answers how to call that off. @default setTimeout */
  readonly setTimer?: ((callback: () => void, ms: number) => () => void) | undefined;
}

export type Phase = 'request' | 'reply';
export type ValueCategory = Exclude<ValueDetector['category'], 'placeholder'> | 'deny-list';

export interface ResolvedOptions {
  readonly isShadow: boolean;
  readonly limits: Readonly<Record<keyof GuardLimits, number>>;
  readonly injection: { readonly user: InjectionAction; readonly document: InjectionAction };
  readonly inspectCharacters: number;
  readonly rememberCharacters: number;
  readonly actions: Readonly<Record<Phase, Readonly<Record<ValueCategory, GuardAction>>>>;
  readonly deny: readonly string[];
  readonly allow: readonly string[];
  /** Folded, for whole values. */
  readonly allowed: ReadonlySet<string>;
  readonly restore: boolean;
  readonly restoreToolArguments: boolean;
  readonly maxHoldBack: number;
  readonly masksExpired: boolean;
  readonly now: () => number;
  readonly setTimer: (callback: () => void, ms: number) => () => void;
}

const known: Record<keyof PromptGuardOptions, OptionKind> = {
  mode: 1,
  limits: 1,
  injection: 1,
  inspectCharacters: 1,
  rememberCharacters: 1,
  secrets: 1,
  email: 1,
  card: 1,
  iban: 1,
  deny: 'string[]',
  denyAction: 1,
  allow: 'string[]',
  restore: 'boolean',
  restoreToolArguments: 'boolean',
  maxHoldBack: 1,
  onHoldExpired: 1,
  now: 'function',
  setTimer: 'function',
};
const knownLimits: Record<keyof GuardLimits, OptionKind> = {
  maxBytes: 1,
  maxMessages: 1,
  maxDepth: 1,
  maxTextCharacters: 1,
};
const actionNames: readonly GuardAction[] = ['allow', 'flag', 'redact', 'block'];
const maxTerms = 10_000;

export function resolveOptions(options: PromptGuardOptions): ResolvedOptions {
  checkOptions(options, known, 'promptGuard()');
  const { injection = 'block', mode = 'enforce', limits = {}, onHoldExpired = 'mask' } = options;
  checkOptions(limits, knownLimits, '"limits"');
  if (typeof injection !== 'string')
    checkOptions(injection, { user: 1, document: 1 }, '"injection"');
  const { user = 'block', document = 'block' } =
    typeof injection === 'string' ? { user: injection, document: injection } : injection;
  const secret = resolveActions(options.secrets, 'secrets', 'redact', 'redact');
  const email = resolveActions(options.email, 'email', 'flag', 'allow');
  const card = resolveActions(options.card, 'card', 'redact', 'redact');
  const iban = resolveActions(options.iban, 'iban', 'redact', 'redact');
  const denied = resolveActions(options.denyAction, 'denyAction', 'block', 'block');
  const of = (phase: Phase): Record<ValueCategory, GuardAction> => ({
    secret: secret[phase],
    email: email[phase],
    card: card[phase],
    iban: iban[phase],
    'deny-list': denied[phase],
  });
  const allow = checkTerms(options.allow, 'allow');
  return {
    isShadow: oneOf(mode, ['enforce', 'shadow'], 'mode') === 'shadow',
    limits: {
      maxBytes: atLeast(limits.maxBytes ?? 10_485_760, 1, 'limits.maxBytes'),
      maxMessages: atLeast(limits.maxMessages ?? 2000, 1, 'limits.maxMessages'),
      maxDepth: atLeast(limits.maxDepth ?? 64, 1, 'limits.maxDepth'),
      maxTextCharacters: atLeast(
        limits.maxTextCharacters ?? 2_000_000,
        1,
        'limits.maxTextCharacters',
      ),
    },
    injection: {
      user: oneOf(user, ['allow', 'flag', 'block'], 'injection.user'),
      document: oneOf(document, ['allow', 'flag', 'block'], 'injection.document'),
    },
    inspectCharacters: atLeast(options.inspectCharacters ?? 262_144, 0, 'inspectCharacters'),
    rememberCharacters: atLeast(options.rememberCharacters ?? 2_000_000, 0, 'rememberCharacters'),
    actions: { request: of('request'), reply: of('reply') },
    deny: checkTerms(options.deny, 'deny'),
    allow,
    allowed: new Set(allow.map(foldTerm)),
    restore: options.restore ?? true,
    restoreToolArguments: options.restoreToolArguments ?? false,
    maxHoldBack: parseDuration(options.maxHoldBack ?? '200 ms', 'maxHoldBack'),
    masksExpired: oneOf(onHoldExpired, ['mask', 'release'], 'onHoldExpired') === 'mask',
    now: options.now ?? (() => performance.now()),
    setTimer:
      options.setTimer ??
      ((callback, ms) => {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      }),
  };
}

function resolveActions(
  given: GuardActions | undefined,
  name: string,
  request: GuardAction,
  reply: GuardAction,
): Record<Phase, GuardAction> {
  if (given === undefined) return { request, reply };
  const actions = typeof given === 'string' ? { request: given, reply: given } : given;
  checkOptions(actions, { request: 1, reply: 1 }, `"${name}"`);
  return {
    request: oneOf(actions.request ?? request, actionNames, `${name}.request`),
    reply: oneOf(actions.reply ?? reply, actionNames, `${name}.reply`),
  };
}

function oneOf<T extends string>(value: T, known: readonly T[], name: string): T {
  if (known.includes(value)) return value;
  const names = known.map((one) => `"${one}"`).join(', ');
  throw new TypeError(`Expected "${name}" to be one of ${names}: ${JSON.stringify(value)}`);
}

function atLeast(value: number, least: number, name: string): number {
  if (typeof value === 'number' && value >= least) return value;
  throw new RangeError(`Expected "${name}" to be at least ${least}: ${String(value)}`);
}

function checkTerms(terms: readonly string[] = [], name: string): readonly string[] {
  if (terms.length > maxTerms)
    throw new TypeError(`Expected "${name}" to hold at most ${maxTerms} terms`);
  for (const [index, term] of terms.entries()) {
    if (term.trim() !== '' && term.length <= maxTermLength) continue;
    throw new TypeError(
      `Expected "${name}[${index}]" to be text of 1 to ${maxTermLength} characters: ${JSON.stringify(term)}`,
    );
  }
  return terms;
}
