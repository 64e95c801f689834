/** Real SDKs against targets of every format, on each host: a smaller set of what runs on Node. */
import { requireOrSkip } from '@wintergate/test-helpers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { called, counted, said } from '../e2e/lib/answer-kinds.ts';
import { answeringTargets } from '../e2e/lib/answers.ts';
import { sdks } from '../e2e/lib/sdks.ts';
import { hosts } from './lib/hosts.ts';
import type { Launched } from './lib/launch.ts';
import { findRuntime } from './lib/runtimes.ts';

const chosen = ['bun', 'deno', 'workerd', 'workerd-portable', 'edge'];
/** One SDK for each format of callers. */
const names = ['openai chat', 'openai responses', 'anthropic', 'google genai'];
const callers = sdks.filter(({ name }) => names.includes(name));

for (const host of hosts.filter(({ id }) => chosen.includes(id))) {
  const available = requireOrSkip({
    suite: 'hosts',
    what: `formats on ${host.title}`,
    available: findRuntime(host.runtime) !== undefined,
    why: `its npm package is not installed for ${process.platform} ${process.arch}`,
  });
  describe.runIf(available)(`on ${host.title}`, () => {
    let server: Launched;
    beforeAll(async () => {
      server = await host.start('http://127.0.0.1:9');
    });
    afterAll(() => server?.stop());

    it('there is a caller of every format', () => {
      expect(callers.map(({ name }) => name).sort()).toEqual([...names].sort());
    });

    describe.each(answeringTargets.map((target) => [target.name] as const))('%s', (model) => {
      it.each(callers.map((sdk) => [sdk.name, sdk] as const))('answers %s', async (_name, sdk) => {
        const url = `${server.url}/formats`;
        const prompt = 'How is the weather?';
        for (const how of ['ask', 'stream'] as const) {
          const text = await sdk[how](url, { model, prompt, tools: false });
          expect(text).toEqual({ text: said, calls: [], ...counted });
          const tools = await sdk[how](url, { model, prompt, tools: true });
          expect(tools).toEqual({ text: said, calls: called, ...counted });
        }
      });
    });
  });
}
