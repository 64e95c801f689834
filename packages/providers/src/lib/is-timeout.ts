/** Whether a signal aborted because time was up, not because somebody left. */
export function isTimeout(reason: unknown): boolean {
  return (reason as { name?: unknown } | null | undefined)?.name === 'TimeoutError';
}
