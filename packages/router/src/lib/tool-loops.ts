/** Which target a conversation with tools is with: its next turn goes there too. */
import { type Context, createRecencyMap, tenantKey } from '@wintergate/core';
import { type Target, targetName } from '@wintergate/providers';
import type { ModelCall } from '@wintergate/wire';
import { unitHash } from './hash.ts';
import { idOf } from './load.ts';
import { conversationOf } from './sticky.ts';

export interface ToolLoops {
  /** The target that answered the turn before, if the call brings results of tools and it is a candidate. */
  find(candidates: readonly Target[], call: ModelCall, context: Context): Target | undefined;
  /** Remembers who answers a call that may begin or go on a loop. */
  follow(call: ModelCall, context: Context): void;
}

/** The oldest are forgotten beyond. */
const maxLoops = 4096;

/**
 * Creates the memory of this process. A turn that finds nothing there (another isolate, a restart) is
 * routed as any other.
 */
export function createToolLoops(): ToolLoops {
  const loops = createRecencyMap<string, string>();
  return {
    find(candidates, call, context) {
      if (!bringsResults(call)) return undefined;
      const wanted = loops.get(keyOf(call, context));
      if (wanted === undefined) return undefined;
      return candidates.find((target) => idOf(targetName(target, call.model)) === wanted);
    },
    follow(call, context) {
      if (call.tools.length === 0) return;
      const key = keyOf(call, context);
      const unsubscribe = context.subscribe((event) => {
        if (event.type === 'exchange-end') unsubscribe();
        if (event.type !== 'attempt-end' || !event.ok) return;
        loops.delete(key);
        loops.set(key, idOf(event.target));
        if (loops.size > maxLoops) loops.delete(loops.oldest()!.key);
      });
    },
  };
}

/** Results of tools came after all that the model said. */
function bringsResults({ messages }: ModelCall): boolean {
  return messages[messages.length - 1]?.role === 'tool';
}

function keyOf(call: ModelCall, context: Context): string {
  const text = `${context.get(tenantKey) ?? ''}\n${call.endUser ?? ''}\n${conversationOf(call)}`;
  return `${unitHash(text)} ${unitHash(`again ${text}`)}`;
}
