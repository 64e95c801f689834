/** What to ask the upstream at the start, to tell early that it can not be reached. */
export interface Probe {
  /** Of its API, with the version segment. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The environment variable that holds its key. */
  readonly variable: string;
}

/**
 * Asks the upstream for its models, for at most 3 s.
 *
 * @returns one line that says what is wrong, `undefined` when nothing is.
 */
export async function probeUpstream(
  probe: Probe | undefined,
  call: typeof fetch = fetch,
): Promise<string | undefined> {
  if (probe === undefined) return undefined;
  const { origin } = new URL(probe.url);
  try {
    const response = await call(`${probe.url}/models`, {
      headers: probe.headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(3000),
    });
    await response.body?.cancel();
    if (response.status === 401 || response.status === 403)
      return `the upstream ${origin} refuses the key (${response.status}): check ${probe.variable}`;
    return undefined;
  } catch (error) {
    const cause =
      (error as { cause?: { code?: string } }).cause?.code ??
      (error instanceof Error ? error.name : 'unknown');
    return `the upstream ${origin} can not be reached (${cause}): calls are answered with 502 until it can`;
  }
}
