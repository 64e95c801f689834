/** All six around the `fetch` of an SDK, in a real browser. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reportRan, requireOrSkip } from '@wintergate/test-helpers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PageFacts } from './fixture/page.ts';
import { type Browser, findBrowser, openPage } from './lib/browser.ts';
import { bundle } from './lib/bundle.ts';
import { chatChunk } from './lib/chat-answer.ts';
import { startUpstream, type TestUpstream } from './lib/upstream.ts';

const available = requireOrSkip({
  suite: 'hosts',
  what: 'the middlewares in a browser',
  available: findBrowser() !== undefined,
  why: 'Chromium is not installed (apt-get install chromium)',
});

/** What keeps the page's own script from running is told, too. */
const html = `<!doctype html><title>Wintergate</title><script>
addEventListener('error', ({ message }) =>
  fetch('/held/facts', { method: 'POST', body: JSON.stringify({ failed: message }) }));
</script><script type="module" src="/page.js"></script>`;

describe.runIf(available)('in a browser', () => {
  let upstream: TestUpstream;
  let browser: Browser;
  let folder: string;
  let facts: PageFacts;
  let calls: number;
  let cardCall: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wintergate-page-'));
    const outfile = join(folder, 'page.js');
    await bundle({ entry: join(import.meta.dirname, 'fixture/page.ts'), outfile });
    upstream = await startUpstream({
      '/': ['text/html', html],
      '/page.js': ['text/javascript', await readFile(outfile, 'utf8')],
    });
    browser = await openPage(`${upstream.url}/`);
    const card = upstream.take('card').then(async ({ body, response }) => {
      cardCall = (await body).toString();
      const message = { role: 'assistant', content: '[CARD_1] is one' };
      const choices = [{ index: 0, message, finish_reason: 'stop' }];
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ id: 'c', object: 'chat.completion', choices }));
    });
    const left = upstream.take('leave').then(async ({ response, abandoned }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(chatChunk({ role: 'assistant', content: 'One' }));
      await abandoned;
    });
    const { body, response } = await Promise.race([
      upstream.take('facts'),
      new Promise<never>((_, reject) =>
        setTimeout(() => reject(new Error(`The page is silent: ${browser.output()}`)), 45_000),
      ),
    ]);
    const told = JSON.parse((await body).toString());
    response.writeHead(204).end();
    if (told.failed !== undefined) throw new Error(told.failed);
    await Promise.all([card, left]);
    facts = told;
    calls = upstream.chatCalls();
    const version = /Chrome\/(\d+)/.exec(facts.userAgent)?.[1] ?? 'unknown';
    reportRan({ suite: 'hosts', runtime: 'Chromium', version });
  }, 120_000);

  afterAll(async () => {
    await browser?.stop();
    await upstream?.close();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  it('is a browser, with nothing of Node in it', () => {
    expect(facts.userAgent).toContain('Chrome/');
    expect(facts.ofNode).toEqual([]);
  });

  it('answers from the cache what was asked before, and what asks the same', () => {
    expect(facts.first).toMatchObject({ text: 'You said: What is the capital of Peru?' });
    expect(facts.first.cache).toContain('fwd=miss');
    expect(facts.again).toMatchObject({ text: facts.first.text });
    expect(facts.again.cache).toContain('hit');
    expect(facts.similar).toMatchObject({ text: facts.first.text });
    expect(facts.similar.cache).toMatch(/hit.*semantic/);
    expect(facts.other.text).toBe('You said: What is the capital of Chile?');
  });

  it('streams, and replays the stream', () => {
    expect(facts.stream.text).toBe('You said: Say a few words');
    expect(facts.stream.cache).toContain('fwd=miss');
    expect(facts.streamAgain.text).toBe(facts.stream.text);
    expect(facts.streamAgain.cache).toContain('hit');
  });

  it('sends what is asked at once upstream once', () => {
    expect(facts.together.map(({ text }) => text)).toEqual(
      Array.from({ length: 5 }, () => 'You said: All at once'),
    );
    // Two capitals, a stream, these, the card and the one that was left.
    expect(calls).toBe(6);
  });

  it('blocks an injection, hides a card and puts it back', () => {
    expect(facts.blocked).toEqual({ status: 400, code: 'prompt_blocked' });
    expect(cardCall).toContain('[CARD_1]');
    expect(cardCall).not.toContain('4111');
    expect(facts.redacted).toBe('4111 1111 1111 1111 is one');
  });

  it('tells a broken connection, and leaves a stream', () => {
    expect(facts.broken).toMatch(/Error$/);
    expect(facts.aborted).toMatchObject({ text: 'One' });
    expect(facts.logged).toBeGreaterThanOrEqual(12);
  });
});
