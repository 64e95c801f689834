/** Joins texts that are embedded at the same time into one call. */

export interface BatcherOptions {
  /** Embeds texts, in order. */
  readonly ask: (texts: readonly string[], signal: AbortSignal) => Promise<readonly Float32Array[]>;
  readonly prepare?: ((text: string) => string) | undefined;
  /** Milliseconds that the first text of a call waits for others. */
  readonly windowMs: number;
  readonly maxBatch: number;
  /** Whether texts of several callers go together; else only those of one. @default true */
  readonly joins?: boolean | undefined;
}

/** Where a request may not wait for another's work: the one host that forbids it says who it is. */
export const requestsShareWork = (): boolean =>
  (globalThis as { navigator?: { userAgent?: string } }).navigator?.userAgent !==
  'Cloudflare-Workers';

interface Waiting {
  readonly text: string;
  resolve(vector: Float32Array): void;
  reject(error: unknown): void;
  /** Who asked has given up. */
  gone: boolean;
}

type Embed = (texts: readonly string[], signal?: AbortSignal) => Promise<Float32Array[]>;

/**
 * @returns `Embedder.embed`. A call is given up when all who wait for it have.
 * @throws {RangeError} when `maxBatch` is not positive.
 */
export function createBatcher(options: BatcherOptions): Embed {
  const { ask, prepare, windowMs, maxBatch, joins = true } = options;
  if (!(maxBatch >= 1)) throw new RangeError(`Set "maxBatch" to 1 or more: got "${maxBatch}"`);
  if (!joins) {
    return (texts, signal) =>
      createBatcher({ ...options, windowMs: 0, joins: true })(texts, signal);
  }
  let waiting: Waiting[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function send(): void {
    clearTimeout(timer);
    timer = undefined;
    const batch = waiting.filter(({ gone }) => !gone);
    waiting = [];
    for (let at = 0; at < batch.length; at += maxBatch) void call(batch.slice(at, at + maxBatch));
  }

  async function call(batch: readonly Waiting[]): Promise<void> {
    const controller = new AbortController();
    running.add({ batch, controller });
    try {
      const vectors = await ask(
        batch.map(({ text }) => text),
        controller.signal,
      );
      for (const [at, one] of batch.entries()) {
        const vector = vectors[at];
        if (vector === undefined) one.reject(new Error('The embedder answered too few vectors'));
        // Each their own: nobody sees what another does to it.
        else one.resolve(vector);
      }
    } catch (error) {
      for (const one of batch) one.reject(error);
    } finally {
      for (const one of running) if (one.batch === batch) running.delete(one);
    }
  }

  const running = new Set<{ batch: readonly Waiting[]; controller: AbortController }>();

  function giveUp(one: Waiting, reason: unknown): void {
    one.gone = true;
    one.reject(reason);
    for (const { batch, controller } of running)
      if (batch.includes(one) && batch.every(({ gone }) => gone)) controller.abort(reason);
  }

  function add(given: string, signal: AbortSignal | undefined): Promise<Float32Array> {
    return new Promise((resolve, reject) => {
      const one: Waiting = { text: prepare?.(given) ?? given, resolve, reject, gone: false };
      if (signal?.aborted) return reject(signal.reason);
      signal?.addEventListener('abort', () => giveUp(one, signal.reason), { once: true });
      waiting.push(one);
      if (waiting.length >= maxBatch) send();
      else timer ??= setTimeout(send, windowMs);
    });
  }

  return async (texts, signal) => Promise.all(texts.map((text) => add(text, signal)));
}
