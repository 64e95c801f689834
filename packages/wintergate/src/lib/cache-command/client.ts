/** Talks to the gateway whose cache it is. */
import { z } from 'zod';

export interface AdminClient {
  get(action: string, query?: Readonly<Record<string, string | undefined>>): Promise<unknown>;
  post(action: string, body: unknown): Promise<unknown>;
}

/** The gateway could not be asked, or refused; the message is for the person who did. */
export class AdminError extends Error {
  override readonly name = 'AdminError';
}

const refusal = z.object({ error: z.object({ message: z.string() }) });

export function createAdminClient(url: string, key: string, request: typeof fetch): AdminClient {
  const base = `${url.replace(/\/+$/, '')}/admin/cache/`;

  async function send(action: string, init: RequestInit = {}): Promise<unknown> {
    let response: Response;
    let text: string;
    try {
      response = await request(base + action, {
        ...init,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      });
      text = await response.text();
    } catch {
      throw new AdminError(`no gateway answers at ${url}: start it, or name it with --url`);
    }
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      throw new AdminError(
        `what answers at ${url} is no gateway of ours (status ${response.status})`,
      );
    }
    if (response.ok) return body;
    if (response.status === 401)
      throw new AdminError(
        'the gateway does not take this key: set WINTERGATE_ADMIN_KEY to its own',
      );
    if (response.status === 404)
      throw new AdminError(
        'start the gateway with WINTERGATE_ADMIN_KEY set: it serves no administration',
      );
    const said = refusal.safeParse(body);
    throw new AdminError(said.success ? said.data.error.message : `status ${response.status}`);
  }

  return {
    get(action, query = {}) {
      const given = Object.entries(query).filter(([, value]) => value !== undefined);
      const search = new URLSearchParams(given as [string, string][]).toString();
      return send(search === '' ? action : `${action}?${search}`);
    },
    post: (action, body) => send(action, { method: 'POST', body: JSON.stringify(body) }),
  };
}
