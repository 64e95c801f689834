import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freePort } from './free-port.ts';
import { spawnServer } from './spawn-server.ts';

const script = (code: string): string[] => ['-e', code];
const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('spawnServer()', () => {
  it('waits until the program is ready, gives it the environment, and ends it', async () => {
    const code = "console.log('on ' + process.env.PLACE); setInterval(() => {}, 1000);";
    const server = await spawnServer(process.execPath, script(code), {
      ready: /on (\w+)/,
      env: { PLACE: 'here' },
    });
    expect(server.match[1]).toBe('here');
    await server.stop();
    await server.stop();
    expect(await server.ended).toBe('SIGTERM');
    expect(isAlive(server.pid)).toBe(false);
  });

  it('says what a program printed that ended too early, and one that does not exist', async () => {
    const early = spawnServer(
      process.execPath,
      script("console.error('no port'); process.exit(3)"),
      { ready: /ready/ },
    );
    await expect(early).rejects.toThrow(/it ended with 3\nno port/);
    await expect(spawnServer('/nowhere/server', [], { ready: /ready/ })).rejects.toThrow('ENOENT');
  });

  it('gives up after its time and ends the program', async () => {
    const code = 'console.log(process.pid); setInterval(() => {}, 1000);';
    const error = await spawnServer(process.execPath, script(code), {
      ready: /never/,
      timeout: 500,
    }).catch((e) => e);
    expect(error.message).toContain('not ready after 500 ms');
    const pid = Number(/\n(\d+)\n/.exec(error.message)?.[1]);
    await expect.poll(() => isAlive(pid)).toBe(false);
  });

  it('ends what a program of a group has started', async () => {
    const child = `require('http').createServer((_, r) => r.end()).listen(0, '127.0.0.1', function () {
      console.log('port ' + this.address().port);
    });`;
    const code = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' });`;
    const server = await spawnServer(process.execPath, script(code), {
      ready: /port (\d+)/,
      group: true,
    });
    const url = `http://127.0.0.1:${server.match[1]}`;
    expect((await fetch(url)).status).toBe(200);
    await server.stop();
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });
});

describe('freePort()', () => {
  it('gives a port that can be listened on', async () => {
    const port = await freePort();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    await new Promise((resolve) => server.close(resolve));
    expect(port).toBeGreaterThan(1023);
  });
});
