/** How the Upstash REST front has commands run: one, several, several in one piece. */
import type { Redis } from 'ioredis';
import {
  adaptScript,
  type Command,
  encodeReply,
  type RawReply,
  readCommand,
} from './upstash-commands.ts';

export interface RedisLink {
  readonly redis: Redis;
  /** Of scripts: as the client knows them → as Redis knows them. */
  readonly digests: Map<string, string>;
  /** How often each command was asked for. */
  readonly counts: Record<string, number>;
}

/** Independent of one another: a failed command has its error in its place. */
export async function runAll(
  link: RedisLink,
  commands: readonly Command[],
  base64: boolean,
): Promise<unknown[]> {
  const settled = await Promise.allSettled(commands.map((command) => call(link, command)));
  return settled.map((one) =>
    one.status === 'fulfilled'
      ? { result: encodeReply(one.value, base64) }
      : { error: (one.reason as Error).message },
  );
}

/** Sent without a pause on one connection, so that nothing of another caller comes between. */
export async function runAtomically(
  link: RedisLink,
  commands: readonly Command[],
  base64: boolean,
): Promise<unknown[]> {
  const sent = [['MULTI'] as const, ...commands, ['EXEC'] as const].map((command) =>
    call(link, command),
  );
  await Promise.allSettled(sent);
  const replies = (await sent.at(-1)) as readonly RawReply[];
  return replies.map((reply) =>
    reply instanceof Error ? { error: reply.message } : { result: encodeReply(reply, base64) },
  );
}

export function call(link: RedisLink, command: Command): Promise<RawReply> {
  const [name, ...args] = adaptScript(command, link.digests);
  link.counts[name] = (link.counts[name] ?? 0) + 1;
  return link.redis.callBuffer(name, ...args) as Promise<RawReply>;
}

/** Reads the body of a pipeline or a transaction. */
export const readList = (body: string): Command[] => {
  const list = parse(body);
  if (!Array.isArray(list)) throw new TypeError('ERR expected a list of commands');
  return list.map(readCommand);
};

export function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new TypeError('ERR failed to parse the request body');
  }
}
