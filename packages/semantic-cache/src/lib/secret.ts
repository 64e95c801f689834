/** The key of all digests: the given one, or a random one made on first use. */
export function createSecret(given: string | undefined): () => string {
  let secret = given;
  return () => {
    // Not at creation: some hosts give no randomness before the first request.
    secret ??= Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) =>
      byte.toString(16).padStart(2, '0'),
    ).join('');
    return secret;
  };
}
