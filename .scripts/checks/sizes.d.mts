export interface Size {
  readonly entry: string;
  readonly limit?: number;
  readonly bytes?: number;
  /** Why it could not be measured. */
  readonly problem?: string;
}

export function measureAll(root: string): Promise<Size[]>;
