/** Puts a reply together while it passes, in the form in which it is kept. */
import { createSseDecoder, type ReplyStage, type Usage } from '@wintergate/core';
import { type JsonObject, type ModelCall, recordCuts, type StreamCuts } from '@wintergate/wire';
import { readBody } from './entry-access.ts';

/** A whole reply: its JSON, and its bytes where it came as JSON. */
export interface CollectedReply {
  readonly body: JsonObject;
  readonly bytes: Uint8Array | undefined;
  /** In which pieces it came, where it was streamed. */
  readonly cuts: StreamCuts | undefined;
}

/** A stage that watches, and what it has seen. */
export interface Collector {
  readonly stage: ReplyStage;
  /** Once the reply has ended; `undefined` when it was cut, too large or no JSON. */
  result(usage: Usage | undefined): CollectedReply | undefined;
}

/** Creates the collector of one reply; `streamed` says what it is, whatever was asked for. */
export function createCollector(call: ModelCall, streamed: boolean, maxBytes: number): Collector {
  const assembler = streamed ? call.dialect.createAssembler(call, { maxBytes }) : undefined;
  const recorder = streamed ? recordCuts(call) : undefined;
  let whole: CollectedReply | undefined;
  let ended = false;
  return {
    stage: {
      name: 'semanticCache',
      maxBodyBytes: maxBytes,
      overflow() {},
      body:
        assembler !== undefined
          ? undefined
          : ({ bytes, json }) => {
              const body = json() as JsonObject | undefined;
              if (typeof body === 'object' && body !== null && !Array.isArray(body))
                whole = { body, bytes, cuts: undefined };
            },
      event:
        assembler &&
        ((event) => {
          assembler.push(event);
          recorder?.push(event);
        }),
      end() {
        ended = true;
      },
    },
    result(usage) {
      if (!ended) return undefined;
      const body = assembler?.result(usage);
      return body === undefined ? whole : { body, bytes: undefined, cuts: recorder?.result() };
    },
  };
}

/** The same from all bytes of a reply at once. */
export function collectBytes(
  bytes: Uint8Array,
  call: ModelCall,
  streamed: boolean,
  { maxBytes, usage }: { maxBytes: number; usage: Usage | undefined },
): CollectedReply | undefined {
  if (!streamed) {
    const body = readBody(bytes);
    return body === undefined ? undefined : { body, bytes, cuts: undefined };
  }
  const assembler = call.dialect.createAssembler(call, { maxBytes });
  const recorder = recordCuts(call);
  for (const event of createSseDecoder().push(bytes)) {
    assembler.push(event);
    recorder.push(event);
  }
  const body = assembler.result(usage);
  return body === undefined ? undefined : { body, bytes: undefined, cuts: recorder.result() };
}

/** Whether a reply is an event stream, whatever was asked for. */
export function isEventStream({ headers }: Response): boolean {
  return /^\s*text\/event-stream\s*(?:;|$)/i.test(headers.get('content-type') ?? '');
}
