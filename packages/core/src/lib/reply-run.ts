/** Running a reply's content: its pump, started, held, skipped or given up. */
import { closeStage } from './close-stage.ts';
import { Pump, type PumpResult } from './pump.ts';
import {
  adopt,
  asReply,
  isEventStream,
  type Reply,
  type ReplyContent,
  standingIn,
} from './reply.ts';
import { bytesSource, streamSource } from './sources.ts';
import type { ByteSink, ByteSource, ReplyEnding, ReplyStage } from './stage-types.ts';

/** Runs the reply's pump into `sink`. Call once. `callerLeft`: see {@link Pump.attach}. */
export function runReply(
  response: Response,
  sink: ByteSink,
  onDone: (result: PumpResult) => void,
  callerLeft?: () => boolean,
): Pump {
  const reply = adopt(response);
  const { content } = reply;
  content.used = true;
  const pump = (content.pump ??= createPump(reply));
  pump.attach(content.stages.slice(pump.stageCount), sink, onDone, callerLeft);
  return pump;
}

/** Starts the pump without a sink, to look at the beginning of the reply. */
export function startHeldReply(response: Response): { pump: Pump; response: Response } {
  const reply = adopt(response);
  const pump = (reply.content.pump ??= createPump(reply));
  return { pump, response: reply as unknown as Response };
}

/**
 * The whole of a reply that needs no pump, for hosts that can send it at once: no stage wants to see it. For the stages
 * it has ended then.
 */
export function immediateBody(response: Response): string | Uint8Array | null | undefined {
  const content = asReply(response)?.content;
  if (content === undefined || content.pump !== undefined) return undefined;
  const value = atHand(content);
  if (value === undefined || !passesAll(value, content.stages)) return undefined;
  content.used = true;
  for (const stage of content.stages) closeStage(stage, { ended: 'completed' }, content.context);
  return value;
}

function passesAll(whole: string | Uint8Array | null, stages: readonly ReplyStage[]): boolean {
  return stages.every((stage) => whole instanceof Uint8Array && stage.passes?.(whole) === true);
}

/** The body, without its stages, if all of it has arrived. */
export function atHand(content: ReplyContent): string | Uint8Array | null | undefined {
  const value = (content.value = taken(content.value));
  return value === null || typeof value === 'string' || value instanceof Uint8Array
    ? value
    : undefined;
}

/** Gives up a reply that nobody will read, and releases its connection. */
export function cancelReply(response: Response, reason?: unknown): void {
  const own = standingIn(response);
  if (own === undefined) {
    if (!response.bodyUsed) void response.body?.cancel(reason).catch(() => {});
    return;
  }
  const { content } = own;
  if (content.pump !== undefined) {
    content.pump.cancel(reason);
  } else if (!content.used) {
    content.used = true;
    createPump(own).cancel(reason);
  }
}

/** The pump of a reply that has none yet. */
export function createPump(reply: Reply): Pump {
  const { content } = reply;
  const value = taken(content.value);
  const sse = content.isEvents ?? isEventStream(reply as unknown as Response);
  const stages = value instanceof Uint8Array ? seeing(value, content.stages) : content.stages;
  return new Pump(toSource(value), stages, sse, content.context);
}

/** The stages, those that let all of the reply pass unseen as such that only hear how it ended. */
function seeing(whole: Uint8Array, stages: readonly ReplyStage[]): readonly ReplyStage[] {
  let isWhole = true;
  return stages.map((stage) => {
    if (isWhole && stage.passes?.(whole) === true)
      return { name: stage.name, close: (ending: ReplyEnding) => stage.close?.(ending) };
    isWhole &&= stage.transform !== true;
    return stage;
  });
}

/** A source whose bytes have all arrived is as good as bytes. */
export function taken(value: ReplyContent['value']): ReplyContent['value'] {
  if (value === null || typeof value === 'string' || value instanceof Uint8Array) return value;
  return ('take' in value ? value.take?.() : undefined) ?? value;
}

function toSource(value: ReplyContent['value']): ByteSource {
  if (value === null) return bytesSource(new Uint8Array(0));
  if (typeof value === 'string') return bytesSource(new TextEncoder().encode(value));
  if (value instanceof Uint8Array) return bytesSource(value);
  return 'start' in value ? value : streamSource(value);
}
