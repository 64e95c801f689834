import { type Context, createContext, type GatewayEventInput } from '@wintergate/core';
import { describe, expect, it } from 'vitest';
import { createLoadTracker, type LoadTracker } from './load.ts';

const target = { provider: 'a', host: 'a.test', model: 'm' };
const clock = { now: 1_000 };
const completed = { source: 'upstream', complete: true, ended: 'completed' } as const;

/** An exchange whose clock the test moves. */
function exchange(tracker: LoadTracker, stream: boolean) {
  const context: Context = createContext(new Request('http://g.test/'));
  tracker.follow(context, stream);
  const tell = (after: number, event: GatewayEventInput) => {
    clock.now += after;
    context.emit(event);
  };
  const start = (attempt = 1) => ({ type: 'attempt-start', attempt, target }) as const;
  const end = (ok: boolean, failure?: string, attempt = 1) =>
    ({ type: 'attempt-end', attempt, target, ok, failure, durationMs: 0 }) as const;
  const over = (ended: 'completed' | 'failed' | 'cancelled' = 'completed') =>
    ({
      type: 'response-end',
      status: 200,
      outcome: { ...completed, ended },
      durationMs: 0,
      outputBytes: 0,
    }) as const;
  return { tell, start, end, over };
}

describe('createLoadTracker()', () => {
  it('counts a call from its start to the end of its stream, and its times apart', () => {
    const tracker = createLoadTracker(() => clock.now);
    const { tell, start, end, over } = exchange(tracker, true);
    tell(0, start());
    expect(tracker.of(target).inFlight).toBe(1);
    tell(200, end(true));
    expect(tracker.of(target).inFlight).toBe(1);
    tell(1_000, { type: 'usage-report', usage: { inputTokens: 1, outputTokens: 100 } });
    tell(0, over());
    expect(tracker.of(target)).toEqual({
      inFlight: 0,
      firstTokenMs: 200,
      msPerToken: 10,
      totalMs: 1_200,
    });
  });

  it('knows no first token of an answer in one piece', () => {
    const tracker = createLoadTracker(() => clock.now);
    const { tell, start, end, over } = exchange(tracker, false);
    tell(0, start());
    tell(300, end(true));
    tell(0, over());
    expect(tracker.of(target)).toMatchObject({ firstTokenMs: undefined, totalMs: 300 });
  });

  it('counts a failure of the target as slow', () => {
    const tracker = createLoadTracker(() => clock.now);
    const { tell, start, end } = exchange(tracker, false);
    tell(0, start());
    tell(3, end(false, 'server'));
    expect(tracker.of(target)).toMatchObject({ inFlight: 0, totalMs: 5_000 });
  });

  it.each(['bad-request', 'context-length', 'content-policy', 'cancelled'])(
    'holds %s against no target',
    (failure) => {
      const tracker = createLoadTracker(() => clock.now);
      const { tell, start, end } = exchange(tracker, false);
      tell(0, start());
      tell(3, end(false, failure));
      expect(tracker.of(target)).toMatchObject({ inFlight: 0, totalMs: undefined });
    },
  );

  it('says nothing of a call that its caller left', () => {
    const tracker = createLoadTracker(() => clock.now);
    const { tell, start, end, over } = exchange(tracker, true);
    tell(0, start());
    tell(3, end(true));
    tell(9_000, over('cancelled'));
    expect(tracker.of(target)).toMatchObject({ inFlight: 0, totalMs: undefined });
  });

  it('counts hedged attempts each, and all of them down', () => {
    const tracker = createLoadTracker(() => clock.now);
    const { tell, start, end, over } = exchange(tracker, false);
    tell(0, start(1));
    tell(0, start(2));
    expect(tracker.of(target).inFlight).toBe(2);
    tell(5, end(true, undefined, 2));
    tell(0, over());
    expect(tracker.of(target).inFlight).toBe(0);
  });

  it('goes up at once and comes down slowly', () => {
    const tracker = createLoadTracker(() => clock.now);
    const times = [100, 1_000, 100].map((ms) => {
      const { tell, start, end, over } = exchange(tracker, false);
      tell(0, start());
      tell(ms, end(true));
      tell(0, over());
      return tracker.of(target).totalMs ?? 0;
    });
    expect(times.slice(0, 2)).toEqual([100, 1_000]);
    expect(times[2]).toBeGreaterThan(850);
    expect(times[2]).toBeLessThanOrEqual(1_000);
  });

  it('remembers a bounded number of targets', () => {
    const tracker = createLoadTracker(() => clock.now);
    for (let at = 0; at < 3_000; at++) {
      const context = createContext(new Request('http://g.test/'));
      tracker.follow(context, false);
      const name = { ...target, model: `m${at}` };
      context.emit({ type: 'attempt-start', attempt: 1, target: name });
      context.emit({
        type: 'attempt-end',
        attempt: 1,
        target: name,
        ok: false,
        failure: 'server',
        durationMs: 0,
      });
    }
    expect(tracker.of({ ...target, model: 'm0' }).totalMs).toBeUndefined();
    expect(tracker.of({ ...target, model: 'm2999' }).totalMs).toBe(5_000);
  });
});
