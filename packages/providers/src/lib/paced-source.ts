/** A body that is written step by step, at its own pace and no faster than it is read. */
import type { ByteSource } from '@wintergate/core';
import type { Schedule } from './schedule.ts';

/** One step: wait, then write, or break. */
export interface PacedStep {
  /** Milliseconds since the step before. */
  readonly wait: number;
  readonly bytes?: Uint8Array | undefined;
  /** Ends the connection in failure, or never says anything again. */
  readonly ending?: 'break' | 'stall' | undefined;
}

/**
 * Creates a source from steps. It is pulled: while its reader pauses, neither steps nor timers run
 * further than the one in progress.
 */
export function pacedSource(steps: readonly PacedStep[], schedule: Schedule): ByteSource {
  let sink: Parameters<ByteSource['start']>[0] | undefined;
  let cancelTimer: (() => void) | undefined;
  let at = 0;
  let waited = false;
  let paused = false;
  let running = false;

  function run(): void {
    if (running) return;
    running = true;
    while (!paused && sink !== undefined && cancelTimer === undefined) {
      const step = steps[at];
      if (step === undefined) {
        const to = sink;
        sink = undefined;
        to.end();
        break;
      }
      if (step.wait > 0 && !waited) {
        cancelTimer = schedule(onTimer, step.wait);
        break;
      }
      if (step.ending === 'stall') break;
      waited = false;
      at++;
      if (step.ending === 'break') {
        const to = sink;
        sink = undefined;
        to.fail(new TypeError('terminated'));
        break;
      }
      if (step.bytes !== undefined) sink.write(step.bytes);
    }
    running = false;
  }

  function onTimer(): void {
    cancelTimer = undefined;
    waited = true;
    run();
  }

  return {
    start(to) {
      sink = to;
      run();
    },
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
      run();
    },
    cancel() {
      sink = undefined;
      cancelTimer?.();
      cancelTimer = undefined;
    },
  };
}
