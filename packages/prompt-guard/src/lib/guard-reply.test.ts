import { createReply, toHandler } from '@wintergate/core';
import { describe, expect, it } from 'vitest';
import { promptGuard } from './prompt-guard.ts';
import {
  ask,
  chunk,
  type Exchange,
  events,
  exchange,
  reply,
  stream,
  textOf,
  url,
} from './test-exchange.ts';
import { email, secrets } from './test-values.ts';

describe('promptGuard() on replies', () => {
  const secret = secrets['openai']!;

  it('hides a secret at every cut of a stream and keeps its end', async () => {
    for (let at = 1; at < secret.length; at += 3) {
      const result = await exchange(
        {},
        ask('key?'),
        stream(['It is ', secret.slice(0, at), secret.slice(at), '. Done']),
      );
      expect(textOf(result)).toBe('It is [SECRET]. Done');
      expect(result.body).not.toContain(secret.slice(0, 10));
      expect(result.body).toContain('"finish_reason":"stop"');
      expect(result.body.endsWith('data: [DONE]\n\n')).toBe(true);
      expect(result.verdicts[1]).toMatchObject({
        phase: 'reply',
        verdict: 'flag',
        findings: [
          { detector: 'openai-key', category: 'secret', path: '0:text', action: 'redact' },
        ],
      });
    }
  });

  it('hides a secret that only the end of the reply settles', async () => {
    const { body } = await exchange({ email: 'redact' }, ask('mail?'), stream(['It is ', email]));
    expect(textOf({ body } as Exchange)).toBe('It is [EMAIL]');
  });

  it('hides secrets in streamed tool arguments and keeps them JSON', async () => {
    const args = JSON.stringify({ note: 'a "quoted"\nline', key: secret });
    const head = {
      tool_calls: [{ index: 0, id: 't', type: 'function', function: { name: 'f', arguments: '' } }],
    };
    for (const size of [1, 3, 7]) {
      const deltas: string[] = [];
      for (let at = 0; at < args.length; at += size)
        deltas.push(
          chunk({ tool_calls: [{ index: 0, function: { arguments: args.slice(at, at + size) } }] }),
        );
      const answer = [chunk(head), ...deltas, chunk({}, 'tool_calls'), 'data: [DONE]\n\n'].join('');
      const { body } = await exchange({}, ask('call'), answer);
      const joined = events(body)
        .map((event) => event.choices?.[0]?.delta?.tool_calls?.[0]?.function.arguments ?? '')
        .join('');
      expect(JSON.parse(joined)).toEqual({ note: 'a "quoted"\nline', key: '[SECRET]' });
      expect(body).toContain('"finish_reason":"tool_calls"');
    }
  });

  it('stops a stream at a denied term: what came before has left, nothing of it has', async () => {
    const { body, verdicts, outcome } = await exchange(
      { deny: ['project falcon'] },
      ask('plans?'),
      stream(['We plan ', 'Project Fal', 'con for ', 'May']),
    );
    expect(textOf({ body } as Exchange)).toBe('We plan ');
    expect(body).not.toMatch(/fal/i);
    expect(body).toContain('"finish_reason":"content_filter"');
    expect(body.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(verdicts[1]).toMatchObject({
      phase: 'reply',
      verdict: 'block',
      findings: [{ detector: 'deny', category: 'deny-list', action: 'block' }],
    });
    expect(outcome).toMatchObject({ complete: false });
  });

  it('stops a JSON reply likewise', async () => {
    const { body, verdicts } = await exchange(
      { secrets: { reply: 'block' } },
      ask('key?'),
      reply(`It is ${secret}`),
    );
    expect(JSON.parse(body).choices[0]).toMatchObject({
      finish_reason: 'content_filter',
      message: { content: 'It is ' },
    });
    expect(verdicts[1]!.verdict).toBe('block');
  });

  it('only reports what is to be flagged, and delays nothing for it', async () => {
    const options = { secrets: 'flag', card: 'flag', iban: 'flag', email: 'flag' } as const;
    const answer = stream(['It is ', secret.slice(0, 9), secret.slice(9)]);
    const { body, verdicts } = await exchange(options, ask('key?'), answer);
    expect(body).toBe(answer);
    expect(verdicts[1]).toMatchObject({
      verdict: 'flag',
      findings: [{ category: 'secret', action: 'flag' }],
    });
  });

  it('lets a word that waits too long go on waiting, and hides a secret that does', async () => {
    let fire: () => void = () => {};
    let time = 0;
    let push: (text: string) => void = () => {};
    const source = new ReadableStream<Uint8Array>({
      start(controller) {
        push = (text) => controller.enqueue(new TextEncoder().encode(text));
      },
    });
    const setTimer = (callback: () => void): (() => void) => {
      fire = callback;
      return () => {};
    };
    const handler = toHandler(
      promptGuard({ setTimer, now: () => time }),
      () => new Response(source, { headers: { 'content-type': 'text/event-stream' } }),
    );
    const request = new Request(url, {
      method: 'POST',
      body: JSON.stringify({ model: 'm', stream: true, ...ask('key?') }),
      headers: { 'content-type': 'application/json' },
    });
    const reader = (await handler(request)).body!.getReader();
    const read = async (): Promise<string> =>
      events(new TextDecoder().decode((await reader.read()).value))
        .map((event) => event.choices?.[0]?.delta?.content ?? '')
        .join('');
    push(chunk({ content: 'It is ' }));
    expect(await read()).toBe('It is ');
    push(chunk({ content: secret.slice(0, 20) }));
    expect(await read()).toBe('');
    time = 200;
    fire();
    expect(await read()).toBe('[SECRET]');
    push(chunk({ content: `${secret.slice(20)} ok ` }));
    expect(await read()).toBe(' ok ');
    await reader.cancel();
  });

  it('says in the outcome and the event what happened, before the reply ends', async () => {
    const order: string[] = [];
    const handler = toHandler(
      promptGuard({ deny: ['stop'] }),
      () =>
        createReply({
          headers: { 'content-type': 'text/event-stream' },
          body: stream(['now stop ', 'here']),
        }),
      {
        onEvent: (event) =>
          order.push(
            event.type === 'guard-verdict' ? `${event.phase} ${event.verdict}` : event.type,
          ),
      },
    );
    const request = new Request(url, {
      method: 'POST',
      body: JSON.stringify({ model: 'm', ...ask('go') }),
      headers: { 'content-type': 'application/json' },
    });
    await (await handler(request)).text();
    expect(order.indexOf('reply block')).toBeGreaterThan(-1);
    expect(order.indexOf('reply block')).toBeLessThan(order.indexOf('response-end'));
  });

  it('leaves error replies and embeddings as they are', async () => {
    const handler = toHandler(promptGuard(), () => new Response(`no ${secret}`, { status: 500 }));
    const request = new Request(url, {
      method: 'POST',
      body: JSON.stringify({ model: 'm', ...ask('hi') }),
      headers: { 'content-type': 'application/json' },
    });
    expect(await (await handler(request)).text()).toBe(`no ${secret}`);
  });
});
