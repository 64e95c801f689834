import { compose, type Handler, toHandler } from '@wintergate/core';
import { nodeDigest } from '@wintergate/core/node';
import { dialects } from '@wintergate/wire';
import { googleGenerate } from '@wintergate/wire/google';
import { describe, expect, it } from 'vitest';
import { jsonReply, streamReply } from './fixture.ts';
import { semanticCache } from './semantic-cache.ts';

const json = 'generateContent';
const events = 'streamGenerateContent?alt=sse';
const array = 'streamGenerateContent';

const part = (text: string, finishReason?: string) => ({
  candidates: [{ index: 0, content: { role: 'model', parts: [{ text }] }, finishReason }],
  usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 2, totalTokenCount: 3 },
  modelVersion: 'gemini-test',
});

/** Answers as Google does, but that every stream comes as events: providers ask for `alt=sse`. */
function createGoogle(): { handler: Handler; asked: string[] } {
  const asked: string[] = [];
  const end = async ({ url }: Request): Promise<Response> => {
    asked.push(url.slice(url.lastIndexOf(':') + 1));
    await Promise.resolve();
    if (!url.includes(':stream')) return jsonReply(part('Hello there', 'STOP'));
    const chunks = [part('Hello '), part('there', 'STOP')];
    return streamReply(chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`));
  };
  const chain = compose(dialects(googleGenerate), semanticCache({ tenant: 'shared' }));
  return { asked, handler: toHandler(chain, end, { platform: { digest: nodeDigest } }) };
}

async function ask(handler: Handler, how: string, model = 'gemini-test') {
  const response = await handler(
    new Request(`http://gateway/v1beta/models/${model}:${how}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'Say hello' }] }] }),
    }),
  );
  const text = await response.text();
  const bodies: ReturnType<typeof part>[] =
    how === events
      ? [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data as string))
      : [JSON.parse(text)].flat();
  const said = bodies.flatMap(({ candidates }) => candidates[0]!.content.parts);
  return {
    type: response.headers.get('content-type')?.split(';')[0],
    isArray: text.startsWith('['),
    isHit: response.headers.get('cache-status')?.includes('; hit') === true,
    said: said.map(({ text: words }) => words).join(''),
  };
}

const shapes: Record<string, { type: string; isArray: boolean }> = {
  [json]: { type: 'application/json', isArray: false },
  [events]: { type: 'text/event-stream', isArray: false },
  [array]: { type: 'application/json', isArray: true },
};

describe('a dialect that names the form of the reply in the URL', () => {
  it.each([json, events, array])(
    'has one entry for all forms: asked first as %s',
    async (first) => {
      const { handler, asked } = createGoogle();
      expect((await ask(handler, first)).isHit).toBe(false);
      for (const how of [json, events, array])
        expect(await ask(handler, how)).toEqual({
          ...shapes[how],
          said: 'Hello there',
          isHit: true,
        });
      expect(asked).toEqual([first]);
    },
  );

  it('asks once for each form that is asked for at the same time', async () => {
    const { handler, asked } = createGoogle();
    const forms = [json, events, array, array, events, json];
    const answers = await Promise.all(forms.map((how) => ask(handler, how)));
    for (const [at, answer] of answers.entries())
      expect(answer).toEqual({ ...shapes[forms[at]!], said: 'Hello there', isHit: false });
    expect(asked.sort()).toEqual([json, array, events].sort());
  });

  it('tells other models and other queries apart', async () => {
    const { handler, asked } = createGoogle();
    for (const [how, model] of [[json], [array, 'other'], [`${json}?alt=proto`]] as const)
      expect((await ask(handler, how, model)).isHit).toBe(false);
    expect(asked).toHaveLength(3);
  });
});
