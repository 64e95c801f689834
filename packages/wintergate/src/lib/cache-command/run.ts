/** `wintergate cache …`: looks into the cache of a running gateway, fills it, and takes entries out. */
import { parseArgs } from 'node:util';
import type { CacheItem, CacheStats, Explanation } from '@wintergate/semantic-cache/manage';
import { type AdminClient, AdminError, createAdminClient } from './client.ts';
import type { CommandHost } from './host.ts';
import { explanationLines, itemLine, statLines } from './lines.ts';
import { RowFileError } from './rows.ts';
import { cacheUsage } from './usage.ts';
import { warm } from './warm.ts';

const names = [
  'prompt',
  'model',
  'system',
  'id',
  'tag',
  'tenant',
  'scope',
  'url',
  'caller',
] as const;
type Name = (typeof names)[number];
type Values = { readonly [N in Name]?: string } & {
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
};

/** The command line is wrong. */
class UsageError extends Error {}

/** @returns the exit code: 0, 1 when something was refused or failed, 2 for a wrong command line. */
export async function runCacheCommand(args: readonly string[], host: CommandHost): Promise<number> {
  try {
    const { command, file, values } = read(args);
    if (command === 'help') {
      host.out(cacheUsage);
      return 0;
    }
    const { environment } = host;
    const key = environment['WINTERGATE_ADMIN_KEY'];
    if (!key) throw new AdminError('set WINTERGATE_ADMIN_KEY to that of the gateway');
    const port = environment['PORT'] || '8787';
    const url = values.url ?? environment['WINTERGATE_URL'] ?? `http://127.0.0.1:${port}`;
    return await commands[command](createAdminClient(url, key, host.fetch), values, host, file);
  } catch (error) {
    const isOurs = [AdminError, RowFileError, UsageError].some((kind) => error instanceof kind);
    if (!isOurs) throw error;
    host.error(`wintergate cache: ${(error as Error).message}`);
    return error instanceof UsageError ? 2 : 1;
  }
}

function read(args: readonly string[]): {
  command: keyof typeof commands | 'help';
  file: string | undefined;
  values: Values;
} {
  const text = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  const flags = ['all', 'yes', 'json', 'help'];
  const on = Object.fromEntries(flags.map((name) => [name, { type: 'boolean' as const }]));
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...args], allowPositionals: true, options: { ...text, ...on } });
  } catch (error) {
    throw new UsageError(
      `${(error as Error).message.split('. ')[0]} ("wintergate cache --help" says what there is)`,
    );
  }
  const [command = 'help', file, ...more] = parsed.positionals;
  if (command === 'help' || parsed.values['help'] === true)
    return { command: 'help', file: undefined, values: {} };
  if (!Object.hasOwn(commands, command))
    throw new UsageError(`there is no "${command}": choose ${Object.keys(commands).join(', ')}`);
  if (more.length > 0 || (file !== undefined && command !== 'warm'))
    throw new UsageError(`"${more[0] ?? file}" is one too many`);
  return { command: command as keyof typeof commands, file, values: parsed.values as Values };
}

const filterOf = ({ id, tag, tenant, scope }: Values) => ({ id, tag, tenant, scope });

type Command = (
  client: AdminClient,
  values: Values,
  host: CommandHost,
  file: string | undefined,
) => Promise<number>;

const commands = {
  async stats(client, values, { out }) {
    const stats = (await client.get('stats', filterOf(values))) as CacheStats;
    if (values.json) out(JSON.stringify(stats));
    else for (const line of statLines(stats)) out(line);
    return 0;
  },

  async list(client, values, { out, error }) {
    const answer = await client.get('entries', filterOf(values));
    const { items, more } = answer as { items: readonly CacheItem[]; more: boolean };
    if (values.json) out(JSON.stringify(answer));
    else for (const item of items) out(itemLine(item));
    if (more) error(`There are more than these ${items.length}: narrow the filter`);
    return 0;
  },

  async explain(client, values, { out }) {
    const explained = await explain(client, values);
    if (values.json) out(JSON.stringify(explained));
    else for (const line of explanationLines(explained)) out(line);
    return 0;
  },

  async purge(client, values, host) {
    if (values.prompt !== undefined) return purgeNearest(client, values, host);
    const filter = filterOf(values);
    const says = Object.values(filter).some((value) => value !== undefined);
    if (says === (values.all === true))
      throw new UsageError('say which: --id, --tag, --tenant, --scope or --prompt, or --all alone');
    const { removed } = (await client.post('purge', values.all ? { all: true } : filter)) as {
      removed: number | null;
    };
    host.out(values.json ? JSON.stringify({ removed }) : `${removed ?? 'All'} removed`);
    return 0;
  },

  async warm(client, values, host, file) {
    if (file === undefined) throw new UsageError('name the file of prompts and answers');
    return warm(client, values, host, file);
  },
} satisfies Record<string, Command>;

function explain(client: AdminClient, values: Values): Promise<Explanation> {
  const { prompt, model, system, caller } = values;
  if (prompt === undefined || model === undefined)
    throw new UsageError('give --prompt and --model, as callers do');
  return client.post('explain', { prompt, model, system, caller }) as Promise<Explanation>;
}

async function purgeNearest(
  client: AdminClient,
  values: Values,
  host: CommandHost,
): Promise<number> {
  const { nearest, bypass, exactId } = await explain(client, values);
  const id = exactId ?? nearest[0]?.id;
  if (bypass !== undefined || id === undefined) {
    host.out(
      bypass === undefined ? 'Nothing near it is there' : `The cache is not used: ${bypass}`,
    );
    return 0;
  }
  host.out(exactId === undefined ? `Nearest: ${nearest[0]?.text}` : 'This very call is there');
  if (values.yes !== true) {
    host.out(`Add --yes to remove it, or purge --id ${id}`);
    return 0;
  }
  const { removed } = (await client.post('purge', { id })) as { removed: number };
  host.out(`${removed} removed`);
  return 0;
}
