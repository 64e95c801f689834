import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, spawnServer } from '@wintergate/test-helpers';
import { describe, expect, inject, it } from 'vitest';

const command = join(inject('consumer'), 'node_modules/.bin/wintergate');

describe('the installed command', () => {
  it('starts the gateway, answers a chat, and ends when it is told to', async () => {
    expect(existsSync(command)).toBe(true);
    const port = await freePort();
    const env = { PORT: String(port), HOST: '127.0.0.1' };
    const server = await spawnServer(command, [], {
      cwd: inject('consumer'),
      env,
      ready: new RegExp(`${port}`),
    });
    try {
      const url = `http://127.0.0.1:${port}`;
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
      const body = JSON.stringify({
        model: 'gpt-4o-mini',
        messages: [{ role: 'user', content: 'Hello' }],
      });
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body });
      const answer = (await response.json()) as { choices: { message: { content: string } }[] };
      expect(answer.choices[0]?.message.content).toMatch(/\w/);
    } finally {
      await server.stop();
    }
    expect([0, 143, 'SIGTERM']).toContain(await server.ended);
  });
});
