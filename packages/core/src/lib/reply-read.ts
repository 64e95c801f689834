import { join } from './join.ts';
import { remember } from './reply.ts';
import { runReply, taken } from './reply-run.ts';

/** The whole body, bounded; the reply can still be sent afterwards. */
export function readReply(response: Response, maxBytes: number): Promise<Uint8Array> {
  const reply = remember(response);
  const { content } = reply;
  if (content.stages.length === 0 && content.pump === undefined) {
    const given = content.value;
    const bytes = taken(given);
    content.value = bytes;
    if (bytes instanceof Uint8Array && (bytes === given || bytes.length <= maxBytes))
      return Promise.resolve(bytes);
  }
  content.reading ??= new Promise<Uint8Array>((resolve, reject) => {
    const parts: Uint8Array[] = [];
    let size = 0;
    const pump = runReply(
      reply as unknown as Response,
      {
        write(chunk) {
          parts.push(chunk);
          size += chunk.length;
          if (size > maxBytes) queueMicrotask(() => pump.cancel(tooLarge(maxBytes)));
        },
        end() {
          const bytes = join(parts, size);
          content.value = bytes;
          content.stages = [];
          content.pump = undefined;
          content.used = false;
          content.reading = undefined;
          resolve(bytes);
        },
        fail: reject,
      },
      (result) => {
        if (result.ended === 'cancelled') reject(result.error);
      },
    );
  });
  return content.reading;
}

/** Made only when needed: an error costs a stack trace. */
function tooLarge(maxBytes: number): RangeError {
  return new RangeError(`Refuse a reply of more than ${maxBytes} bytes`);
}
