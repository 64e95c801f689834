export interface StageOptions {
  /** The repository. @default this one */
  readonly root?: string;
  /** Further packages to link: name to folder, such as `{ openai: '<dir>/node_modules/openai' }`. */
  readonly links?: Readonly<Record<string, string>>;
}

export function stagePackages(dir: string, options?: StageOptions): void;

export function publishedManifest(
  entry: object,
  packages: readonly object[],
): Record<string, unknown>;
