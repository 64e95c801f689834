import { compose, type GatewayEvent } from '@wintergate/core';
import { wrapFetch } from '@wintergate/core/fetch';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failover } from './failover.ts';
import { type Act, done, fails, hello, ok, refuses, role, stop, streams } from './test-exchange.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => void vi.useRealTimers());

const url = 'https://api.any.test/v1/chat/completions';
const whole = [role, hello, stop, done].join('');

/** A client whose calls meet these acts, one after the other; the last one stays. */
function client(...acts: Act[]) {
  const events: GatewayEvent[] = [];
  const signals: (AbortSignal | null | undefined)[] = [];
  const fake = async (_input: unknown, init?: RequestInit): Promise<Response> => {
    signals.push(init?.signal);
    const act = acts[Math.min(signals.length, acts.length) - 1] as Act;
    return act(init?.signal ?? new AbortController().signal);
  };
  const call = wrapFetch(compose(failover({ random: () => 1 })), {
    fetch: fake as typeof fetch,
    onEvent: (event) => events.push(event),
  });
  async function send(fields: object = {}, signal?: AbortSignal): Promise<Response> {
    const body = JSON.stringify({
      model: 'm',
      messages: [{ role: 'user', content: 'Hi' }],
      ...fields,
    });
    const headers = { 'content-type': 'application/json', authorization: 'Bearer mine' };
    return call(url, { method: 'POST', headers, body, signal: signal ?? null });
  }
  return { send, events, signals };
}

describe('failover() on the client side', () => {
  it('retries what failed, and tells of its attempts', async () => {
    const { send, events, signals } = client(fails(500), refuses, ok());
    const answer = send().catch(String);
    await vi.advanceTimersByTimeAsync(250);
    expect(await answer).toBe('TypeError: fetch failed');
    expect(signals).toHaveLength(2);
    expect(events.filter(({ type }) => type === 'attempt-end')).toMatchObject([
      {
        attempt: 1,
        ok: false,
        status: 500,
        target: { provider: 'api.any.test', model: 'm', host: 'api.any.test' },
      },
      { attempt: 2, ok: false },
    ]);
  });

  it('answers when a later attempt does', async () => {
    const { send } = client(refuses, ok());
    const answer = send();
    await vi.advanceTimersByTimeAsync(250);
    expect((await answer).status).toBe(200);
  });

  it('hides an error as first event of a stream', async () => {
    const busy = streams(['data: {"error":{"message":"busy"}}\n\n']);
    const { send } = client(busy, streams([whole]));
    const answer = send({ stream: true });
    await vi.advanceTimersByTimeAsync(250);
    expect(await (await answer).text()).toBe(whole);
  });

  it('rejects with the caller’s reason when the caller aborts', async () => {
    const controller = new AbortController();
    const { send, signals } = client(
      (signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    );
    const answer = send({}, controller.signal);
    await vi.advanceTimersByTimeAsync(10);
    controller.abort(new Error('enough'));
    await expect(answer).rejects.toThrow('enough');
    expect(signals).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets a stream break when the caller aborts it, without an error event', async () => {
    const controller = new AbortController();
    const { send, events } = client(streams([role, hello], 'open'));
    const reader = (await send({ stream: true }, controller.signal)).body?.getReader();
    let text = '';
    await expect(
      (async () => {
        for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
          text += new TextDecoder().decode(part.value);
          if (text.includes('Hello')) controller.abort(new Error('enough'));
        }
      })(),
    ).rejects.toThrow('enough');
    expect(text).toBe(role + hello);
    expect(events.find(({ type }) => type === 'response-end')).toMatchObject({
      outcome: { ended: 'cancelled' },
    });
    expect(vi.getTimerCount()).toBe(0);
  });
});
