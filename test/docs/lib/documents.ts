/** Reads the documents: code blocks with their place, and links. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export interface Block {
  /** Path in the repository and line, such as `packages/core/README.md:12`. */
  readonly place: string;
  readonly language: string;
  readonly code: string;
}

/** README files of the repository, its packages and examples, and the decisions. */
export function findDocuments(root: string): string[] {
  const parents = ['packages', 'examples']
    .map((name) => join(root, name))
    .filter((dir) => existsSync(dir));
  const folders = parents.flatMap((dir) => readdirSync(dir).map((name) => join(dir, name)));
  const decisions = folders
    .map((dir) => join(dir, 'decisions'))
    .filter((dir) => existsSync(dir))
    .flatMap((dir) => readdirSync(dir).map((name) => join(dir, name)));
  const readmes = [root, ...folders, join(root, 'benchmarks')].map((dir) => join(dir, 'README.md'));
  const files = [...readmes, ...decisions].filter(
    (path) => path.endsWith('.md') && existsSync(path),
  );
  return files.map((path) => relative(root, path)).sort();
}

export function readBlocks(root: string, document: string): Block[] {
  return parseBlocks(readFileSync(join(root, document), 'utf8'), document);
}

export function parseBlocks(text: string, document: string): Block[] {
  const blocks: Block[] = [];
  let open: { language: string; line: number; fence: string; code: string[] } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^(`{3,})\s*(\w*)/.exec(line);
    if (open === undefined) {
      if (fence)
        open = { language: fence[2] ?? '', line: index + 1, fence: fence[1] ?? '```', code: [] };
    } else if (line.trim() === open.fence) {
      blocks.push({
        place: `${document}:${open.line}`,
        language: open.language,
        code: open.code.join('\n'),
      });
      open = undefined;
    } else open.code.push(line);
  }
  return blocks;
}

/** Relative link targets outside code, without their fragments. */
export function parseLinks(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '');
  return targets
    .filter((target) => !/^(https?:|mailto:|#)/.test(target))
    .map((target) => target.split('#')[0] ?? '');
}

/** Names of `pnpm NAME` and `npx … pnpm@VERSION NAME` in code, with the version where there is one. */
export function parseCommands(text: string): { script: string; version: string | undefined }[] {
  const blocks = parseBlocks(text, '').map(({ code }) => code);
  const inline = text.replace(/^```[\s\S]*?^```/gm, '').match(/`[^`\n]+`/g) ?? [];
  return [...blocks, ...inline].flatMap((code) =>
    [...code.matchAll(/\bpnpm(?:@(\d[\w.]*))? ([a-z][\w:]*)/g)].map((match) => ({
      script: match[2] ?? '',
      version: match[1],
    })),
  );
}
