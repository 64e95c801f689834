/**
 * The one pump of a reply: takes its source's bytes through the ordered list of stages into a sink,
 * with one decode for all of them. Where every stage only watches, chunks go to the sink first and
 * untouched; where one transforms, an event that nobody altered leaves as its original bytes.
 */
import { Batch, part } from './batch.ts';
import { BlockReader, EventTooLargeError } from './block-reader.ts';
import { closeStage, type Emitter, tellFailure } from './close-stage.ts';
import { Chunk, SseBlock, type SseEvent } from './sse-block.ts';
import { type PumpNode, StageNode } from './stage-node.ts';
import type {
  ByteSink,
  ByteSource,
  ReadChunk,
  ReplyBody,
  ReplyEnding,
  ReplyStage,
} from './stage-types.ts';

/** Reported once, when the reply has ended in whichever way. */
export interface PumpResult extends ReplyEnding {
  /** Bytes that went to the sink. */
  readonly bytes: number;
}

/** The pump is itself the last node: what comes out of the outermost stage. */
export class Pump implements PumpNode {
  /** While set, what stages pass on is dropped: its bytes have left already. */
  muted = false;
  readonly #source: ByteSource;
  readonly #sse: boolean;
  readonly #context: Emitter | undefined;
  #nodes: readonly StageNode[] = [];
  readonly #reader: BlockReader | undefined;
  readonly #feedBlock = (block: SseBlock): void => (this.#nodes[0] ?? this).event(block);
  /** No stage transforms. */
  #watching = true;
  #batching = false;
  readonly #batch = new Batch();
  #sink: ByteSink | undefined;
  #onDone: ((result: PumpResult) => void) | undefined;
  #callerLeft: (() => boolean) | undefined;
  #result: PumpResult | undefined;
  #endedAs: 'completed' | 'failed' | undefined;
  #started = false;
  #bytes = 0;
  /** Kept while there is no sink: what would have been written, and the events in it. */
  #held: (Uint8Array | Chunk | SseEvent)[] | undefined;
  #heldEvents: SseEvent[] | undefined;
  #heldEnd: ((outer: PumpNode) => void) | undefined;
  #onHeldEnd: ((ending: ReplyEnding) => void) | undefined;

  /** @param context hears when a stage threw, and so the reply fails. */
  constructor(source: ByteSource, stages: readonly ReplyStage[], sse: boolean, context?: Emitter) {
    this.#source = source;
    this.#sse = sse;
    this.#context = context;
    this.#reader = sse ? new BlockReader() : undefined;
    this.#append(stages);
  }

  /** How many stages run here already. */
  get stageCount(): number {
    return this.#nodes.length;
  }

  /** Bytes that went out, or are held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether stages may still write. */
  get open(): boolean {
    return this.#result === undefined;
  }

  /** Starts without a sink. What passes is kept for {@link attach}; `onEnd` hears an end while held. */
  hold(onEnd: (ending: ReplyEnding) => void): void {
    this.#onHeldEnd = onEnd;
    this.#start();
  }

  /**
   * Adds the stages that lie further out, sends on what was held, and goes on into `sink`.
   *
   * @param callerLeft asked when the source fails: a source that broke because nobody is there any
   *   more was cancelled, and has not failed.
   */
  attach(
    stages: readonly ReplyStage[],
    sink: ByteSink,
    onDone: (result: PumpResult) => void,
    callerLeft?: () => boolean,
  ): void {
    this.#callerLeft = callerLeft;
    const firstNew = this.#nodes.length;
    const wasWatching = this.#watching;
    this.#append(stages);
    this.#sink = sink;
    this.#onDone = onDone;
    this.#onHeldEnd = undefined;
    if (this.#result !== undefined) {
      // Cancelled while held.
      onDone(this.#result);
      sink.fail(this.#result.error);
      return;
    }
    if (!this.#started) {
      this.#start();
      return;
    }
    const outer = this.#nodes[firstNew] ?? this;
    try {
      for (let at = firstNew; at < this.#nodes.length; at++) this.#nodes[at]?.start();
      this.#sendHeld(outer, wasWatching);
      this.#heldEnd?.(outer);
    } catch (error) {
      this.stageThrew('reply', error);
    }
    if (this.#heldEnd === undefined) this.#source.resume();
  }

  pause(): void {
    if (this.#result !== undefined) return;
    this.#source.pause();
    for (const { stage } of this.#nodes) stage.pause?.();
  }

  resume(): void {
    if (this.#result !== undefined) return;
    // First the stages: the source may push from within.
    for (const { stage } of this.#nodes) stage.resume?.();
    this.#source.resume();
  }

  /** Gives up: the source is cancelled and every stage told. */
  cancel(reason?: unknown): void {
    if (this.#result !== undefined) return;
    this.#source.cancel(reason);
    this.#done({ ended: 'cancelled', error: reason });
  }

  /** A stage ends the reply of its own accord. */
  endFrom(node: StageNode, ended: 'completed' | 'failed'): void {
    if (this.#result !== undefined) return;
    this.#source.cancel();
    this.#endedAs = ended;
    node.next.end(undefined);
  }

  /** A stage threw: nothing more passes. */
  stageThrew(stage: string, error: unknown): void {
    if (this.#result !== undefined) return;
    this.muted = false;
    this.#batching = false;
    this.#batch.clear();
    this.#source.cancel(error);
    tellFailure(stage, error, this.#context);
    this.fail(error);
  }

  /** An event that came through all stages. */
  event(event: SseEvent): void {
    if (this.#sink === undefined) {
      if (this.#watching && this.muted) {
        (this.#heldEvents ??= []).push(event);
      } else {
        this.#bytes += event.raw.length;
        (this.#held ??= []).push(event);
      }
    } else if (!this.muted) {
      if (event instanceof SseBlock)
        this.#pass(event.source.bytes, event.from, event.to, event.source);
      else this.chunk(event.raw);
    }
  }

  /** Bytes that came through all stages. */
  chunk(bytes: Uint8Array): void {
    if (!this.muted && bytes.length > 0) this.#pass(bytes, 0, bytes.length);
  }

  /** What comes of one chunk leaves in one write, uncopied where nothing was changed. */
  #pass(bytes: Uint8Array, from: number, to: number, chunk?: Chunk): void {
    if (this.#batching) this.#batch.add(bytes, from, to, chunk);
    else this.#write(part(bytes, from, to));
  }

  end(body: ReplyBody | undefined): void {
    this.#flush();
    const ending: ReplyEnding = { ended: this.#endedAs ?? 'completed' };
    if (this.#sink !== undefined) {
      this.#finish(ending);
    } else {
      this.#heldEnd = (outer) => outer.end(body);
      this.#onHeldEnd?.(ending);
    }
  }

  fail(error: unknown): void {
    this.#flush();
    const ending: ReplyEnding = { ended: 'failed', error };
    if (this.#sink !== undefined) {
      this.#finish(ending);
    } else {
      this.#heldEnd = (outer) => outer.fail(error);
      this.#onHeldEnd?.(ending);
    }
  }

  #append(stages: readonly ReplyStage[]): void {
    if (stages.length === 0) return;
    let last = this.#nodes[this.#nodes.length - 1];
    const added = stages.map((stage) => {
      const node = new StageNode(stage, this.#sse, this);
      if (last !== undefined) last.next = node;
      last = node;
      if (stage.transform === true) this.#watching = false;
      return node;
    });
    this.#nodes = this.#nodes.length === 0 ? added : [...this.#nodes, ...added];
  }

  #start(): void {
    this.#started = true;
    try {
      for (const node of this.#nodes) node.start();
    } catch (error) {
      this.stageThrew('reply', error);
      return;
    }
    this.#source.start({
      write: (bytes, read) => this.#onChunk(bytes, read),
      end: () => this.#onEnd(),
      fail: (error) => this.#onFail(error),
    });
  }

  #onChunk(bytes: Uint8Array, read: ReadChunk | undefined): void {
    if (this.#result !== undefined || this.#endedAs !== undefined) return;
    if (this.#nodes.length === 0 && this.#sink !== undefined) {
      this.#write(bytes, read);
      return;
    }
    try {
      const chunk = read instanceof Chunk && read.bytes === bytes ? read : this.#chunkOf(bytes);
      if (this.#watching) {
        this.#write(bytes, chunk);
        this.muted = true;
        this.#feed(bytes, chunk);
        this.muted = false;
      } else {
        this.#batching = true;
        this.#feed(bytes, chunk);
        this.#batching = false;
        this.#flush();
      }
    } catch (error) {
      if (error instanceof EventTooLargeError) this.#giveUpSource(error);
      else this.stageThrew('reply', error);
    }
  }

  #chunkOf(bytes: Uint8Array): Chunk | undefined {
    return this.#reader === undefined ? undefined : new Chunk(bytes);
  }

  /** The source sends what nobody can take: for the stages it breaks off here. */
  #giveUpSource(error: unknown): void {
    this.muted = false;
    this.#batching = false;
    this.#flush();
    this.#source.cancel(error);
    this.#onFail(error);
  }

  #feed(bytes: Uint8Array, chunk: Chunk | undefined): void {
    if (this.#reader === undefined || chunk === undefined) (this.#nodes[0] ?? this).chunk(bytes);
    else this.#reader.push(chunk, this.#feedBlock);
  }

  #onEnd(): void {
    if (this.#result !== undefined || this.#endedAs !== undefined) return;
    const first = this.#nodes[0] ?? this;
    try {
      const last = this.#reader?.lastBlock();
      if (last !== undefined && first !== this) {
        // Its terminator never came. Where all stages watch, its bytes have left already.
        this.muted = this.#watching;
        first.event(last);
        this.muted = false;
      }
      if (this.#endedAs === undefined) first.end(undefined);
    } catch (error) {
      this.stageThrew('reply', error);
    }
  }

  #onFail(error: unknown): void {
    if (this.#result !== undefined || this.#endedAs !== undefined) return;
    if (this.#callerLeft?.() === true) {
      this.#done({ ended: 'cancelled', error });
      this.#sink?.fail(error);
      return;
    }
    try {
      (this.#nodes[0] ?? this).fail(error);
    } catch (thrown) {
      this.stageThrew('reply', thrown);
    }
  }

  #sendHeld(outer: PumpNode, wasWatching: boolean): void {
    const held = this.#held ?? [];
    const events = this.#heldEvents ?? [];
    this.#held = undefined;
    this.#heldEvents = undefined;
    if (this.#watching) {
      for (const item of held) this.#toSink(item);
      this.muted = true;
      for (const event of events) outer.event(event);
      this.muted = false;
      return;
    }
    // They are counted when they leave.
    this.#bytes = 0;
    this.#batching = true;
    for (const item of wasWatching && this.#sse ? events : held) {
      if (item instanceof Uint8Array) outer.chunk(item);
      else if (!(item instanceof Chunk)) outer.event(item);
    }
    this.#batching = false;
    this.#flush();
  }

  #toSink(item: Uint8Array | Chunk | SseEvent): void {
    if (item instanceof Chunk) this.#sink?.write(item.bytes, item);
    else this.#sink?.write(item instanceof Uint8Array ? item : item.raw);
  }

  #finish(ending: ReplyEnding): void {
    if (this.#result !== undefined) return;
    const failed = ending.ended === 'failed' && this.#endedAs === undefined;
    this.#done(ending);
    if (failed) this.#sink?.fail(ending.error);
    else this.#sink?.end();
  }

  #done(ending: ReplyEnding): void {
    this.#result = Object.assign({ bytes: this.#bytes }, ending);
    for (const { stage } of this.#nodes) closeStage(stage, ending, this.#context);
    this.#onDone?.(this.#result);
    this.#onDone = undefined;
  }

  #flush(): void {
    const bytes = this.#batch.take();
    const { whole } = this.#batch;
    this.#batch.clear();
    if (bytes !== undefined) this.#write(bytes, whole);
  }

  #write(bytes: Uint8Array, chunk?: ReadChunk): void {
    this.#bytes += bytes.length;
    if (this.#sink !== undefined) this.#sink.write(bytes, chunk);
    else (this.#held ??= []).push(chunk instanceof Chunk ? chunk : bytes);
  }
}
