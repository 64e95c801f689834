import { createSseDecoder } from '@wintergate/core';

/** The events of a stream one by one, with a pause before each but the first. Stops when it is cancelled. */
export function paced(bytes: Uint8Array, milliseconds: number): ReadableStream<Uint8Array> {
  const events = createSseDecoder().push(bytes);
  let at = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        return new Promise((resolve) => {
          timer = setTimeout(
            () => {
              const event = events[at++];
              if (event !== undefined) controller.enqueue(event.raw);
              if (at >= events.length) controller.close();
              resolve();
            },
            at === 0 ? 0 : milliseconds,
          );
        });
      },
      cancel: () => clearTimeout(timer),
    },
    { highWaterMark: 0 },
  );
}
