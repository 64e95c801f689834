export interface WorkspacePackage {
  readonly name: string;
  /** Folder name in packages/. */
  readonly folder: string;
  readonly dir: string;
  readonly manifest: {
    readonly version: string;
    readonly exports: Readonly<Record<string, string>>;
    readonly peerDependencies?: Readonly<Record<string, string>>;
  };
  /** Workspace packages that it depends on. */
  readonly internal: readonly string[];
}

export const repository: string;
export function readPackages(root?: string): WorkspacePackage[];
