import { type StageOptions, stagePackages as stage } from '../../../.scripts/lib/stage.mjs';

export type { StageOptions };

/**
 * Lays all packages out in `<dir>/node_modules` as users get them from the registry: built files, published
 * manifests, links to what they need from npm. Code in `dir` then runs on any runtime, without a build.
 *
 * @throws {Error} when a package is not built: run `pnpm build`.
 */
export function stagePackages(dir: string, options?: StageOptions): void {
  stage(dir, options);
}
