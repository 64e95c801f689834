/** The last call of a stage, and what is told of one that threw. */
import { isPromise } from './at-once.ts';
import type { ReplyEnding, ReplyStage } from './stage-types.ts';
import type { Context } from './types.ts';

export type Emitter = Pick<Context, 'emit'>;

/** A stage that throws while it closes harms neither the reply nor the other stages. */
export function closeStage(
  stage: ReplyStage,
  ending: ReplyEnding,
  context: Emitter | undefined,
): void {
  try {
    const work: unknown = stage.close?.(ending);
    if (isPromise(work)) work.then(null, (error) => tellFailure(stage.name, error, context));
  } catch (error) {
    tellFailure(stage.name, error, context);
  }
}

export function tellFailure(stage: string, error: unknown, context: Emitter | undefined): void {
  context?.emit({
    type: 'background-error',
    message: `Stage "${stage}" failed: ${String(error)}`,
  });
}
