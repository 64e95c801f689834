import { isReadable } from './reply.ts';

/**
 * What came back, if it is a Response that can be sent: nothing, text and `Response.error()` are not, nor is one whose
 * body somebody has read.
 *
 * @throws {TypeError} saying what came instead.
 */
export function checked(response: Response | undefined, who: string): Response {
  const status: unknown = response?.status;
  const canBeSent = typeof status === 'number' && status >= 200 && status <= 599;
  if (canBeSent && isReadable(response as Response)) return response as Response;
  const other = typeof response === 'function' ? 'a function' : String(response);
  const what = typeof status === 'number' ? `status ${status}` : other;
  const got = canBeSent ? 'one whose body was read: read a clone, or use addReplyStage()' : what;
  throw new TypeError(`Answer with a Response of status 200 to 599 from every ${who}: got ${got}`);
}
