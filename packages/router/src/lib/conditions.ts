/** The conditions of a rule, as data. */
import { tenantKey } from '@wintergate/core';
import { estimateInputTokens } from '@wintergate/wire';
import { hasImage, lastUserText, textLength } from './call-text.ts';
import { languageOf } from './language.ts';
import type { Facts } from './options.ts';
import { compileTextTest, type TextTest } from './text-test.ts';
import { compileTimeWindow, type TimeWindow } from './time-window.ts';
import { compileRange } from './version.ts';

/** Both ends belong to it. */
export interface Range {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** All that are given must hold. */
export interface Conditions {
  /** The name that the caller asked for. */
  readonly model?: TextTest | undefined;
  /** The version in that name, such as `>=4 <5`. */
  readonly version?: string | undefined;
  /** By name of the header. */
  readonly headers?: Readonly<Record<string, TextTest>> | undefined;
  /** By name of the parameter in the URL. */
  readonly query?: Readonly<Record<string, TextTest>> | undefined;
  readonly path?: TextTest | undefined;
  /** By name, of the call's own metadata. */
  readonly metadata?: Readonly<Record<string, TextTest>> | undefined;
  /** The tenant that auth found. */
  readonly caller?: TextTest | undefined;
  /** The call's end-user field. */
  readonly user?: TextTest | undefined;
  /** UTF-16 units of text in all messages. */
  readonly textLength?: Range | undefined;
  /** Input tokens, estimated. */
  readonly inputTokens?: Range | undefined;
  /** Whether the call brings tools. */
  readonly tools?: boolean | undefined;
  /** Whether there is an image in the call. */
  readonly vision?: boolean | undefined;
  readonly stream?: boolean | undefined;
  readonly operation?: TextTest | undefined;
  /** ISO 639-1 code of the last user message, a hint: `languageOf`. */
  readonly language?: TextTest | undefined;
  readonly time?: TimeWindow | undefined;
  readonly region?: TextTest | undefined;
  readonly all?: readonly Conditions[] | undefined;
  readonly any?: readonly Conditions[] | undefined;
  readonly not?: Conditions | undefined;
}

type Test = (facts: Facts) => boolean;
type Named = Readonly<Record<string, TextTest>>;
type Compilers = {
  readonly [Name in keyof Conditions]-?: (
    given: NonNullable<Conditions[Name]>,
    path: string,
    region: (request: Request) => string | undefined,
  ) => Test;
};

const compilers: Compilers = {
  model: (given, path) => over(compileTextTest(given, path), ({ call }) => call.model),
  version(given, path) {
    const holds = compileRange(given, path);
    return ({ call }) => call.model !== undefined && holds(call.model);
  },
  headers: (given, path) =>
    named(given, path, ({ request }, name) => request.headers.get(name) ?? undefined),
  query: (given, path) =>
    named(given, path, ({ url }, name) => url.searchParams.get(name) ?? undefined),
  path: (given, path) => over(compileTextTest(given, path), ({ url }) => url.pathname),
  metadata: (given, path) =>
    named(given, path, ({ call }, name) => {
      const metadata = call.parameters.metadata ?? {};
      const value = Object.hasOwn(metadata, name) ? metadata[name] : undefined;
      return typeof value === 'object' || value === undefined ? undefined : String(value);
    }),
  caller: (given, path) =>
    over(compileTextTest(given, path), ({ context }) => context.get(tenantKey)),
  user: (given, path) => over(compileTextTest(given, path), ({ call }) => call.endUser),
  textLength: (given, path) => within(given, path, ({ call }) => textLength(call)),
  inputTokens: (given, path) => within(given, path, ({ call }) => estimateInputTokens(call)),
  tools: (given, path) => flag(given, path, ({ call }) => call.tools.length > 0),
  vision: (given, path) => flag(given, path, ({ call }) => hasImage(call)),
  stream: (given, path) => flag(given, path, ({ call }) => call.stream),
  operation: (given, path) => over(compileTextTest(given, path), ({ call }) => call.operation),
  language: (given, path) =>
    over(compileTextTest(given, path), ({ call }) => languageOf(lastUserText(call))),
  time(given, path) {
    const holds = compileTimeWindow(given, path);
    return ({ now }) => holds(now);
  },
  region: (given, path, region) =>
    over(compileTextTest(given, path), ({ request }) => region(request)),
  all(given, path, region) {
    const tests = list(given, path, region);
    return (facts) => tests.every((test) => test(facts));
  },
  any(given, path, region) {
    const tests = list(given, path, region);
    return (facts) => tests.some((test) => test(facts));
  },
  not(given, path, region) {
    const test = compileConditions(given, path, region);
    return (facts) => !test(facts);
  },
};

/** @throws {TypeError} naming the path of what is not usable. */
export function compileConditions(
  given: Conditions,
  path: string,
  region: (request: Request) => string | undefined,
): Test {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new TypeError(`Expected ${path} to be an object of conditions or a function`);
  const tests: Test[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(compilers, name))
      throw new TypeError(
        `Expected ${path} to hold known conditions: there is no "${name}" (${Object.keys(compilers).join(', ')})`,
      );
    const compile = compilers[name as keyof Conditions] as (...all: unknown[]) => Test;
    tests.push(compile(value, `${path}.${name}`, region));
  }
  if (tests.length === 0) throw new TypeError(`Expected ${path} to have a condition`);
  return (facts) => tests.every((test) => test(facts));
}

function over(
  test: (text: string | undefined) => boolean,
  read: (facts: Facts) => string | undefined,
): Test {
  return (facts) => test(read(facts));
}

function named(
  given: Named,
  path: string,
  read: (facts: Facts, name: string) => string | undefined,
): Test {
  if (typeof given !== 'object' || given === null || Object.keys(given).length === 0)
    throw new TypeError(`Expected ${path} to be an object of names and tests`);
  const tests = Object.entries(given).map(([name, test]) =>
    over(compileTextTest(test, `${path}["${name}"]`), (facts) => read(facts, name)),
  );
  return (facts) => tests.every((test) => test(facts));
}

function within(given: Range, path: string, read: (facts: Facts) => number): Test {
  const { min = 0, max = Number.POSITIVE_INFINITY } = given;
  if (typeof min !== 'number' || typeof max !== 'number' || !(min >= 0 && min <= max))
    throw new TypeError(`Expected ${path} to have a "min" of at least 0 and a "max" not below it`);
  return (facts) => {
    const value = read(facts);
    return value >= min && value <= max;
  };
}

function flag(given: boolean, path: string, read: (facts: Facts) => boolean): Test {
  if (typeof given !== 'boolean') throw new TypeError(`Expected ${path} to be true or false`);
  return (facts) => read(facts) === given;
}

function list(
  given: readonly Conditions[],
  path: string,
  region: (request: Request) => string | undefined,
): Test[] {
  if (!Array.isArray(given) || given.length === 0)
    throw new TypeError(`Expected ${path} to be a list of conditions`);
  return given.map((one, at) => compileConditions(one, `${path}[${at}]`, region));
}
