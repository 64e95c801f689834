/** Two middlewares that exist for the contract only: one watches, one rewrites. */
import { addReplyStage, createSseEvent, defineMiddleware, type Middleware } from '@wintergate/core';

/** Looks at everything that passes. */
export function watcher(): Middleware {
  return defineMiddleware(undefined, async function watcher(request, next, context) {
    if (isJson(request)) await context.json(request);
    const stage = { name: 'watcher', event() {}, body() {} };
    return addReplyStage(await next(), stage, context);
  });
}

/** Takes a word out of every reply. Where the word is not there is nothing to do. */
export function censor(word: string): Middleware {
  const without = (text: string): string => text.replaceAll(word, '');
  return defineMiddleware(undefined, async function censor(request, next, context) {
    if (isJson(request)) await context.json(request);
    return addReplyStage(
      await next(),
      {
        name: 'censor',
        transform: true,
        event(event, out) {
          if (event.data.includes(word)) {
            out.event(createSseEvent({ event: event.event, data: without(event.data) }));
          } else {
            out.event(event);
          }
        },
        body({ bytes }) {
          const text = new TextDecoder().decode(bytes);
          return text.includes(word) ? new TextEncoder().encode(without(text)) : undefined;
        },
      },
      context,
    );
  });
}

function isJson(request: Request): boolean {
  return request.headers.get('content-type') === 'application/json';
}
