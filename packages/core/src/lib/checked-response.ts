/**
 * What came back, if it is a Response that can be sent: nothing, text and `Response.error()` are not.
 *
 * @throws {TypeError} saying what came instead.
 */
export function checked(response: Response | undefined, who: string): Response {
  const status: unknown = response?.status;
  if (typeof status === 'number' && status >= 200 && status <= 599) return response as Response;
  const got = typeof status === 'number' ? `status ${status}` : String(response);
  throw new TypeError(`Answer with a Response of status 200 to 599 from every ${who}: got ${got}`);
}
