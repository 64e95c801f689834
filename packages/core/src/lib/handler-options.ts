/** What the adapters of all hosts are given: a slip in a name is refused, where its default would be in force unseen. */
import { checkOptions, type OptionKind } from './check-options.ts';
import type { HandlerOptions } from './handler.ts';
import type { Platform } from './types.ts';

const ofPlatform: Readonly<Record<keyof Platform, OptionKind>> = {
  name: 1,
  clientAddress: 1,
  env: 1,
  native: 1,
  sharesIo: 1,
  waitUntil: 1,
  digest: 'function',
  client: 1,
  nextStep: 1,
  transport: 'function',
};

/**
 * Refuses names that the adapter does not read, and values of another kind, in its options and in their `platform`.
 *
 * @param own what it knows beside what all know.
 * @throws {TypeError} naming the one at fault.
 */
export function checkHandlerOptions<T extends HandlerOptions>(
  options: T,
  own: Readonly<Record<Exclude<keyof T, keyof HandlerOptions>, OptionKind>>,
  where: string,
): void {
  const known = { platform: 1, maxBodyBytes: 1, onEvent: 'function', ...own };
  checkOptions(options, known as Readonly<Record<keyof T, OptionKind>>, where);
  checkOptions<Partial<Platform>>(options.platform ?? {}, ofPlatform, `"platform" of ${where}`);
}
