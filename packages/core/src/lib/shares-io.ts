/**
 * Whether one request may await another request's promise here. Runtimes that bind I/O to the
 * request that began it hang or throw ("Cannot perform I/O on behalf of a different request"); they
 * are told by what only they offer. For adapters whose host does not decide it.
 */
export function mayShareIo(): boolean {
  return !('WebSocketPair' in globalThis) && !('EdgeRuntime' in globalThis);
}
