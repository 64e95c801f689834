// Reads what an entry file offers, and what else it holds that an entry must not.
import { readFileSync } from 'node:fs';
import { loadTool } from '../lib/install.mjs';

/**
 * Parses `src/<entry>.ts`, which may hold named re-exports under an `@module` doc and nothing else.
 *
 * @returns `{ values, types, problems }`, names sorted.
 */
export function readEntry(path) {
  const ts = loadTool('typescript');
  const text = readFileSync(path, 'utf8');
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const entry = { values: [], types: [], problems: [] };
  if (!/^\s*\/\*\*[\s\S]*?@module/.test(text))
    entry.problems.push('has no "@module" doc at its top: write one');
  for (const statement of file.statements) {
    const named = ts.isExportDeclaration(statement) && statement.exportClause;
    if (named && ts.isNamedExports(named)) {
      for (const element of named.elements) {
        const kind = statement.isTypeOnly || element.isTypeOnly ? 'types' : 'values';
        entry[kind].push(element.name.text);
      }
      continue;
    }
    const line = file.getLineAndCharacterOfPosition(statement.getStart()).line + 1;
    entry.problems.push(
      `line ${line} is not a named re-export: move it to src/lib and re-export it by name`,
    );
  }
  entry.values.sort();
  entry.types.sort();
  return entry;
}
