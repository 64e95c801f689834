// Reads the imports of a source file, and follows relative ones from an entry.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { loadTool } from '../lib/install.mjs';

/**
 * Lists every import, re-export and `import()` of a file.
 *
 * @returns `{ specifier, line, typeOnly }` for each.
 */
export function readImports(path) {
  const text = readFileSync(path, 'utf8');
  const known = parsed.get(path);
  if (known?.text === text) return known.imports;
  const imports = parseImports(path, text);
  parsed.set(path, { text, imports });
  return imports;
}

/** Files are asked for once for each entry that reaches them. */
const parsed = new Map();

function parseImports(path, text) {
  const ts = loadTool('typescript');
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const imports = [];
  const add = (node, literal, typeOnly) => {
    const line = file.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    imports.push({ specifier: literal.text, line, typeOnly });
  };
  const visit = (node) => {
    if (ts.isImportDeclaration(node))
      add(node, node.moduleSpecifier, isTypeOnly(ts, node.importClause));
    if (ts.isExportDeclaration(node) && node.moduleSpecifier)
      add(node, node.moduleSpecifier, isTypeOnly(ts, node));
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add(node, node.argument.literal, true);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteralLike(argument)) add(node, argument, false);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return imports;
}

function isTypeOnly(ts, clause) {
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const bindings = ts.isImportClause(clause) ? clause.namedBindings : clause.exportClause;
  if (ts.isImportClause(clause) && clause.name) return false;
  return bindings?.elements?.length > 0 && bindings.elements.every((element) => element.isTypeOnly);
}

/** All files that an entry reaches by relative imports, itself included. */
export function reachableFrom(entry) {
  const seen = new Set();
  const visit = (path) => {
    if (seen.has(path) || !existsSync(path)) return;
    seen.add(path);
    for (const { specifier } of readImports(path)) {
      if (specifier.startsWith('.')) visit(resolve(dirname(path), specifier));
    }
  };
  visit(entry);
  return [...seen];
}

/** `@scope/name/sub` → `@scope/name`. */
export function packageOf(specifier) {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
