/** Hosts run what is published: builds every package's `dist` that is not up to date. */
// @ts-expect-error plain JavaScript without types
import { buildPackages } from '../../../.scripts/lib/build.mjs';

export default async function setup(): Promise<void> {
  const ok: boolean = await buildPackages({ log: () => {} });
  if (!ok) throw new Error('Cannot build the packages: run "pnpm build" to see why');
}
