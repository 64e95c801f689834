/** Content decoding on Node, as `fetch` does it (RFC 9110 section 8.4). */
import type { Transform } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { ByteSink, ByteSource } from './stage-types.ts';

/** A source of the decoded bytes; `undefined` when there is nothing to decode or we can not. */
export function createDecodedSource(source: ByteSource, encoding: string): ByteSource | undefined {
  // Several were applied in the order in which they are listed.
  const names = encoding
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  const decoders = names.reverse().map(createDecoder);
  let decoded = source;
  for (const decoder of decoders) {
    if (decoder === undefined) return undefined;
    decoded = through(decoded, decoder);
  }
  return decoded;
}

function through(source: ByteSource, decoder: Transform): ByteSource {
  let sink: ByteSink | undefined;

  return {
    start(to) {
      sink = to;
      decoder.on('data', (chunk: Buffer) => sink?.write(chunk));
      decoder.on('end', () => sink?.end());
      decoder.on('error', (error) => {
        source.cancel(error);
        sink?.fail(error);
      });
      decoder.on('drain', () => source.resume());
      source.start({
        write(chunk) {
          if (!decoder.write(chunk)) source.pause();
        },
        end: () => void decoder.end(),
        fail(error) {
          sink?.fail(error);
          sink = undefined;
          decoder.destroy();
        },
      });
    },
    pause: () => void decoder.pause(),
    resume: () => void decoder.resume(),
    cancel(reason) {
      sink = undefined;
      source.cancel(reason);
      decoder.destroy();
    },
  };
}

function createDecoder(encoding: string): Transform | undefined {
  // Flushed chunk by chunk, so that a compressed stream is not held back.
  const flush = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
  if (encoding === 'gzip' || encoding === 'x-gzip') return createGunzip(flush);
  if (encoding === 'deflate') return createInflate(flush);
  if (encoding !== 'br') return undefined;
  const brotli = constants.BROTLI_OPERATION_FLUSH;
  return createBrotliDecompress({ flush: brotli, finishFlush: brotli });
}
