/** What the adapters of all hosts are given: a slip in a name is refused, where its default would be in force unseen. */
import { checkNames } from './check-names.ts';
import type { HandlerOptions } from './handler.ts';
import type { Platform } from './types.ts';

const ofPlatform: Readonly<Record<keyof Platform, 1>> = {
  name: 1,
  clientAddress: 1,
  env: 1,
  native: 1,
  sharesIo: 1,
  waitUntil: 1,
  digest: 1,
  client: 1,
  nextStep: 1,
  transport: 1,
};

/**
 * Refuses names that the adapter does not read, in its options and in their `platform`.
 *
 * @param own what it knows beside what all know.
 * @throws {TypeError} naming the one at fault.
 */
export function checkHandlerOptions<T extends HandlerOptions>(
  options: T,
  own: Readonly<Record<Exclude<keyof T, keyof HandlerOptions>, 1>>,
  where: string,
): void {
  const known = { platform: 1, maxBodyBytes: 1, onEvent: 1, ...own };
  checkNames(options, known as Readonly<Record<keyof T, 1>>, where);
  checkNames<Partial<Platform>>(options.platform ?? {}, ofPlatform, `"platform" of ${where}`);
}
