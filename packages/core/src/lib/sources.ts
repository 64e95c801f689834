/** What a reply's body can be made of: bytes at hand, a standard stream, or all of one at once. */
import type { ByteSink, ByteSource } from './stage-types.ts';

/** Pushes bytes that are there already. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  let sink: ByteSink | undefined;
  return {
    start(to) {
      sink = to;
      if (bytes.length > 0) to.write(bytes);
      // Cancelled from within the write: say nothing more.
      sink?.end();
    },
    pause() {},
    resume() {},
    cancel() {
      sink = undefined;
    },
  };
}

/** Longer bodies are passed on as they come. */
const longestWhole = 256 * 1024;

/**
 * Reads the body of a platform's Response in one piece where it is JSON, short, and its length was announced: a
 * stream costs as much as everything else that is done for it, and nobody can use half a document. `undefined` for
 * any other.
 */
export function wholeSource(response: Response): ByteSource | undefined {
  const { body, headers } = response;
  const length = Number(headers.get('content-length'));
  // What is compressed may come to more than was announced.
  if (body === null || !(length > 0 && length <= longestWhole) || headers.has('content-encoding'))
    return undefined;
  if (!/^\s*application\/json\s*(?:;|$)/i.test(headers.get('content-type') ?? '')) return undefined;
  let sink: ByteSink | undefined;

  async function read(): Promise<void> {
    try {
      const bytes = new Uint8Array(await response.arrayBuffer());
      if (bytes.length > 0) sink?.write(bytes);
      sink?.end();
    } catch (error) {
      sink?.fail(error);
    }
  }

  return {
    start(to) {
      sink = to;
      void read();
    },
    pause() {},
    resume() {},
    cancel(reason) {
      // What is being read comes to its end unheard: it is short.
      if (sink === undefined) void body.cancel(reason).catch(() => {});
      sink = undefined;
    },
  };
}

/** Reads a standard stream chunk by chunk, and no further than asked. */
export function streamSource(stream: ReadableStream<Uint8Array>): ByteSource {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  let sink: ByteSink | undefined;
  let paused = false;
  let reading = false;

  async function run(): Promise<void> {
    if (reading || reader === undefined) return;
    reading = true;
    try {
      while (!paused && sink !== undefined) {
        const { done, value } = await reader.read();
        const to: ByteSink | undefined = sink;
        if (to === undefined) return;
        if (done) {
          sink = undefined;
          to.end();
          return;
        }
        if (value.length > 0) to.write(value);
      }
    } catch (error) {
      const to = sink;
      sink = undefined;
      to?.fail(error);
    } finally {
      reading = false;
    }
  }

  return {
    start(to) {
      sink = to;
      reader = stream.getReader();
      void run();
    },
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
      void run();
    },
    cancel(reason) {
      sink = undefined;
      if (reader === undefined) void stream.cancel(reason).catch(() => {});
      else void reader.cancel(reason).catch(() => {});
    },
  };
}
