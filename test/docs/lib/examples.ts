/** The examples of documentation comments, with what they leave out: imports, and what is the reader's own. */
import type { Block } from './documents.ts';

/** What each entry of the packages exports. */
export type Exports = Readonly<
  Record<string, { readonly values: string[]; readonly types: string[] }>
>;

/**
 * Each begins with `@example` and ends with the next tag, a line about runtimes, or the comment.
 *
 * @param file of the repository, such as `packages/core/src/lib/compose.ts`.
 */
export function parseExamples(text: string, file: string): Block[] {
  return [...text.matchAll(/\/\*\*(?:(?!\*\/)[\s\S])*\*\//g)].flatMap(({ 0: comment, index }) => {
    const above = text.slice(0, index).split('\n').length;
    const lines = comment
      .slice(3, -2)
      .split('\n')
      .map((line) => line.replace(/^\s*\* ?/, ''));
    return lines.flatMap((line, at) => {
      const [, beside] = /^ ?@example ?(.*)$/.exec(line) ?? [];
      if (beside === undefined) return [];
      const rest = lines.slice(at + 1);
      const end = rest.findIndex((one) => /^(?:@|Runs on:)/.test(one));
      const code = [beside, ...rest.slice(0, end === -1 ? undefined : end)].join('\n').trim();
      return [{ place: `${file}:${above + at}`, language: 'ts', code }];
    });
  });
}

/** Names that the compiler did not find. */
export function missingNames(errors: readonly string[]): string[] {
  const names = errors.map((error) => /TS(?:2304|2552|18004): [^']*'([^']+)'/.exec(error)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))];
}

/**
 * The example as a module: the names are imported where a package exports them, its own before others, and else of
 * any type, as is what the example shows as "…".
 */
export function completed(example: Block, names: readonly string[], exports: Exports): Block {
  const folder = example.place.split('/')[1] ?? '';
  const own = folder === 'wintergate' ? folder : `@wintergate/${folder}`;
  const entries = Object.keys(exports).sort(
    (one, other) => Number(other.startsWith(own)) - Number(one.startsWith(own)),
  );
  const head = names.map((name) => {
    const from = entries.find((entry) =>
      [exports[entry]?.values, exports[entry]?.types].some((list) => list?.includes(name)),
    );
    return from === undefined
      ? `declare const ${name}: any; type ${name} = any;`
      : `import { ${name} } from '${from}';`;
  });
  const code = example.code.replace(/\{ ?… ?\}/g, '({} as any)').replace(/…/g, '...([] as any)');
  return { ...example, code: `${head.join(' ')}\n${code}` };
}
