import type { Options } from 'tsup';

export function packageBuild(configUrl: string, more?: Options & { entry?: string[] }): Options;
