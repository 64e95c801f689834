import { describe, expect, test, vi } from 'vitest';
import { abortOf, abortSourceOf, createAborter } from './aborter.ts';
import { createContext } from './context.ts';

describe('createAborter', () => {
  test('tells every listener once, with its state already changed', () => {
    const aborter = createAborter();
    const seen: unknown[] = [];
    aborter.onAbort(() => seen.push(aborter.aborted, aborter.reason));
    aborter.abort('enough');
    aborter.abort('again');
    expect(seen).toEqual([true, 'enough']);
  });

  test('makes a platform signal that was aborted before anybody asked for it', () => {
    const aborter = createAborter();
    aborter.abort('enough');
    expect(aborter.signal.aborted).toBe(true);
    expect(aborter.signal.reason).toBe('enough');
  });

  test('aborts a platform signal that was made before', () => {
    const aborter = createAborter();
    const { signal } = aborter;
    aborter.abort();
    expect(signal.reason).toMatchObject({ name: 'AbortError' });
  });

  test('forgets a listener that was taken away, also by another while it tells', () => {
    const aborter = createAborter();
    const second = vi.fn();
    let remove = (): void => {};
    aborter.onAbort(() => remove());
    remove = aborter.onAbort(second);
    aborter.abort();
    expect(second).not.toHaveBeenCalled();
  });

  test('follows its parent until it is released', () => {
    const parent = createAborter();
    const child = createAborter(parent);
    const released = createAborter(parent);
    released.release();
    parent.abort('gone');
    expect([child.reason, released.aborted]).toEqual(['gone', false]);
    expect(createAborter(parent).reason).toBe('gone');
  });

  test('follows a platform signal and lets go of it', () => {
    const controller = new AbortController();
    const child = createAborter(abortSourceOf(controller.signal));
    controller.abort('gone');
    expect(child.reason).toBe('gone');
  });
});

describe('abortOf', () => {
  test('is what the context aborts with, in forks too', () => {
    const host = createAborter();
    const context = createContext(new Request('http://localhost/'), { signal: host });
    const attempt = createAborter(abortOf(context));
    const fork = context.fork({ signal: attempt }).fork();
    expect(abortOf(fork)).toBe(attempt);
    host.abort('left');
    expect([context.signal.reason, fork.signal.reason]).toEqual(['left', 'left']);
  });

  test('works with a context of a request that brings its own signal', () => {
    const controller = new AbortController();
    const request = new Request('http://localhost/', { signal: controller.signal });
    const listener = vi.fn();
    abortOf(createContext(request)).onAbort(listener);
    controller.abort();
    expect(listener).toHaveBeenCalledOnce();
  });
});
