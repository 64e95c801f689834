/** One stage in the pump: what it is fed, and where its output goes. */
import { atOnce, isPromise } from './at-once.ts';
import { BlockReader } from './block-reader.ts';
import { Chunk, SseBlock, type SseEvent } from './sse-block.ts';
import type { ReplyBody, ReplyStage, StageOutput } from './stage-types.ts';
import { WholeBody } from './whole-body.ts';

export interface PumpNode {
  event(event: SseEvent): void;
  chunk(bytes: Uint8Array): void;
  end(body: ReplyBody | undefined): void;
  fail(error: unknown): void;
}

/** The pump as a stage's node sees it. */
interface NodeHost extends PumpNode {
  readonly open: boolean;
  muted: boolean;
  endFrom(node: StageNode, ended: 'completed' | 'failed'): void;
  stageThrew(name: string, error: unknown): void;
}

const defaultMaxBodyBytes = 32 * 1024 * 1024;

export class StageNode implements PumpNode {
  readonly stage: ReplyStage;
  next: PumpNode;
  readonly #host: NodeHost;
  readonly #sse: boolean;
  readonly #out: StageOutput = new Output(this);
  #parts: Uint8Array[] | undefined;
  #size = 0;
  #reader: BlockReader | undefined;
  #ended = false;

  constructor(stage: ReplyStage, sse: boolean, host: NodeHost) {
    this.stage = stage;
    this.next = host;
    this.#host = host;
    this.#sse = sse;
    if (!sse && stage.body !== undefined && stage.bytes === undefined) this.#parts = [];
  }

  start(): void {
    this.stage.start?.(this.#out);
  }

  event(event: SseEvent): void {
    if (this.#ended) return;
    const { stage } = this;
    if (stage.bytes !== undefined) {
      this.#raw(event.raw, event);
      return;
    }
    if (stage.event === undefined || (event instanceof SseBlock && !event.dispatches())) {
      this.next.event(event);
      return;
    }
    atOnce<unknown>(stage.event(event, this.#out), 'event');
    if (stage.transform !== true && !this.#ended) this.next.event(event);
  }

  chunk(bytes: Uint8Array): void {
    if (this.#ended) return;
    const { stage } = this;
    if (stage.bytes !== undefined) {
      this.#raw(bytes, undefined);
    } else if (this.#sse) {
      // Bytes of a stage further in that writes bytes: decode them again.
      this.#reader ??= new BlockReader();
      this.#reader.push(new Chunk(bytes), (block) => this.event(block));
    } else {
      if (this.#parts !== undefined) this.#collect(bytes);
      if (this.#parts === undefined || stage.transform !== true) this.next.chunk(bytes);
    }
  }

  end(body: ReplyBody | undefined): void {
    if (this.#ended) return;
    const rest = this.#reader?.lastBlock();
    if (rest !== undefined) this.event(rest);
    if (this.#parts === undefined) {
      this.#finish(
        this.stage.transform === true && this.stage.bytes !== undefined ? undefined : body,
      );
      return;
    }
    const whole = body ?? new WholeBody(this.#parts, this.#size);
    const answer = this.stage.body?.(whole, this.#out);
    if (isPromise(answer)) {
      answer.then(
        (bytes) => this.#settle(() => this.#replace(whole, bytes)),
        (error) => this.#host.stageThrew(this.stage.name, error),
      );
    } else {
      this.#replace(whole, answer ?? undefined);
    }
  }

  fail(error: unknown): void {
    if (this.#ended) return;
    this.stage.fail?.(error, this.#out);
    if (this.#ended) return;
    this.#ended = true;
    this.next.fail(error);
  }

  /** Ends the reply here. */
  endReply(ended: 'completed' | 'failed'): void {
    this.#ended = true;
    this.#host.endFrom(this, ended);
  }

  /** What a stage writes is heard even where the input passes by itself and forwarding is muted. */
  emit<T>(write: (node: StageNode, value: T) => void, value: T): void {
    const host = this.#host;
    if (this.#ended || !host.open) return;
    const { muted } = host;
    host.muted = false;
    try {
      write(this, value);
    } catch (error) {
      host.stageThrew(this.stage.name, error);
    }
    host.muted = muted;
  }

  #raw(bytes: Uint8Array, event: SseEvent | undefined): void {
    atOnce<unknown>(this.stage.bytes?.(bytes, this.#out), 'bytes');
    if (this.stage.transform === true || this.#ended) return;
    if (event === undefined) this.next.chunk(bytes);
    else this.next.event(event);
  }

  #replace(whole: ReplyBody, bytes: Uint8Array | undefined): void {
    if (this.#ended) return;
    if (this.stage.transform !== true) {
      this.#finish(whole);
    } else if (bytes === undefined) {
      this.next.chunk(whole.bytes);
      this.#finish(whole);
    } else {
      this.next.chunk(bytes);
      this.#finish(new WholeBody([bytes], bytes.length));
    }
  }

  #finish(body: ReplyBody | undefined): void {
    atOnce<unknown>(this.stage.end?.(this.#out), 'end');
    if (this.#ended) return;
    this.#ended = true;
    this.next.end(body);
  }

  #settle(run: () => void): void {
    if (!this.#host.open) return;
    try {
      run();
    } catch (error) {
      this.#host.stageThrew(this.stage.name, error);
    }
  }

  #collect(bytes: Uint8Array): void {
    const parts = this.#parts as Uint8Array[];
    parts.push(bytes);
    this.#size += bytes.length;
    if (this.#size <= (this.stage.maxBodyBytes ?? defaultMaxBodyBytes)) return;
    this.#parts = undefined;
    if (this.stage.transform === true && this.stage.overflow === undefined) {
      throw new RangeError(
        `Reply too large to inspect: more than ${this.stage.maxBodyBytes ?? defaultMaxBodyBytes} bytes`,
      );
    }
    this.stage.overflow?.();
    // What a transform held back so far goes on, except the chunk that its caller passes on.
    if (this.stage.transform === true) for (const part of parts.slice(0, -1)) this.next.chunk(part);
  }
}

/**
 * Where a stage writes. Its functions work by themselves, for who takes the output apart, but are made on first use:
 * most stages only watch, and of every open stream there are several.
 */
class Output implements StageOutput {
  readonly #node: StageNode;
  #event: StageOutput['event'] | undefined;
  #bytes: StageOutput['bytes'] | undefined;

  constructor(node: StageNode) {
    this.#node = node;
  }

  get event(): StageOutput['event'] {
    this.#event ??= (event) => this.#node.emit(passEvent, event);
    return this.#event;
  }

  get bytes(): StageOutput['bytes'] {
    this.#bytes ??= (chunk) => this.#node.emit(passChunk, chunk);
    return this.#bytes;
  }

  get end(): StageOutput['end'] {
    return (ended = 'failed') => this.#node.emit(endHere, ended);
  }
}

// Not closures: one would be made for each event.
function passEvent(node: StageNode, event: SseEvent): void {
  node.next.event(event);
}

function passChunk(node: StageNode, chunk: Uint8Array): void {
  node.next.chunk(chunk);
}

function endHere(node: StageNode, ended: 'completed' | 'failed'): void {
  node.endReply(ended);
}
