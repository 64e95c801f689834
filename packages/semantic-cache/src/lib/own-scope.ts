/** What the user says about which calls may have one answer. */
import { atOnce, checkOptions } from '@wintergate/core';
import type { CallIdentity, JsonObject, JsonValue, ModelCall } from '@wintergate/wire';

/** Answer of the `scope` option. */
export interface OwnScope {
  /** Calls with another text here never share: narrows, as by a version of a document or a language. */
  readonly add?: string | undefined;
  /**
   * Top-level fields of the call that may differ: widens, as `['seed', 'temperature']`. What is asked
   * (`messages`, `input`, `contents`, `system`, …) always counts.
   */
  readonly ignore?: readonly string[] | undefined;
}

export type ScopeOption = (call: ModelCall, request: Request) => OwnScope | undefined;

/** Fields that are the question itself. */
const always: ReadonlySet<string> = /* @__PURE__ */ new Set([
  'messages',
  'input',
  'contents',
  'prompt',
  'system',
  'systemInstruction',
  'instructions',
  'tools',
]);

/**
 * The identity without what is ignored, and the text to add to the key.
 *
 * @returns `undefined` when the option throws, answers anything else, or wants the question itself ignored.
 */
export function scoped(
  identity: CallIdentity,
  option: ScopeOption | undefined,
  call: ModelCall,
  request: Request,
): { readonly identity: CallIdentity; readonly add: string } | undefined {
  if (option === undefined) return { identity, add: '' };
  try {
    const own = atOnce(option(call, request) ?? {}, 'scope');
    checkOptions(own, { add: 'string', ignore: 'string[]' }, '"scope"');
    const { add = '', ignore = [] } = own;
    if (ignore.some((name) => always.has(name))) return undefined;
    if (ignore.length === 0) return { identity, add };
    const { exact, scope } = identity;
    const both = { exact: without(exact, ignore), scope: without(scope, ignore) };
    return { identity: { ...identity, ...both }, add };
  } catch {
    return undefined;
  }
}

function without(value: JsonValue, names: readonly string[]): JsonValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const kept: JsonObject = { ...value };
  for (const name of names) delete kept[name];
  return kept;
}
