/** What a reply's body can be made of: bytes at hand, or a standard stream. */
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
