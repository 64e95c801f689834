// Finds `x.clone()` and `x.tee()`: both buffer a body without bound.
import { readFileSync } from 'node:fs';
import { loadTool } from '../lib/install.mjs';

const forbidden = new Set(['clone', 'tee']);

export function findForbiddenCalls(path) {
  const text = readFileSync(path, 'utf8');
  if (!/\.\s*(clone|tee)\s*\(/.test(text.replaceAll('?.', '.'))) return [];
  const ts = loadTool('typescript');
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const found = [];
  const visit = (node) => {
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const name = node.expression.name.text;
      const line = file.getLineAndCharacterOfPosition(node.expression.name.getStart()).line + 1;
      if (forbidden.has(name) && node.arguments.length === 0) found.push({ name, line });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
