/** What goes wrong in this process without any test asking: the gateway under test runs in it. */
export interface Watch {
  readonly problems: string[];
  stop(): void;
}

export function watchProcess(): Watch {
  const problems: string[] = [];
  const onRejection = (reason: unknown): void => void problems.push(`rejection: ${reason}`);
  const onException = (error: unknown): void => void problems.push(`exception: ${error}`);
  const onWarning = (warning: Error): void => {
    // A listener or a timer too many; not that something of Node's is experimental.
    if (/Listeners|Timeout/.test(warning.name)) problems.push(`warning: ${warning.message}`);
  };
  process.on('unhandledRejection', onRejection);
  process.on('uncaughtExceptionMonitor', onException);
  process.on('warning', onWarning);
  return {
    problems,
    stop() {
      process.off('unhandledRejection', onRejection);
      process.off('uncaughtExceptionMonitor', onException);
      process.off('warning', onWarning);
    },
  };
}

/** Handles and timers that keep this process alive, counted by kind. */
export function countResources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
