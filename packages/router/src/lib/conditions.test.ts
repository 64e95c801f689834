import { createContext, tenantKey } from '@wintergate/core';
import { readCall } from '@wintergate/wire';
import { describe, expect, it } from 'vitest';
import { type Conditions, compileConditions } from './conditions.ts';
import { type Ask, chat } from './test-support.ts';

const noon = Date.UTC(2026, 10, 28, 12, 0);

async function holds(when: Conditions, ask: Ask = {}, tenant?: string): Promise<boolean> {
  const request = chat(ask);
  const context = createContext(request);
  if (tenant !== undefined) context.set(tenantKey, tenant);
  const call = await readCall(request, context);
  if (call === undefined) throw new Error('no call');
  const facts = { call, request, context, url: new URL(request.url), now: noon };
  return compileConditions(
    when,
    'when',
    (given) => given.headers.get('x-country') ?? undefined,
  )(facts);
}

const tool = { type: 'function', function: { name: 'f', parameters: {} } };
const image = [
  { role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://x.test/a.png' } }] },
];

describe('compileConditions()', () => {
  it.each<[Conditions, Ask, boolean]>([
    [{ model: 'gpt-*' }, { model: 'gpt-5' }, true],
    [{ model: ['a', 'b'] }, { model: 'b' }, true],
    [{ model: ['a', 'b'] }, { model: 'c' }, false],
    [{ model: /^gpt-\d$/ }, { model: 'gpt-5' }, true],
    [{ model: 'gpt-*', version: '>=4.1 <5' }, { model: 'gpt-4.1-mini' }, true],
    [{ version: '>=4.1 <5' }, { model: 'gpt-5' }, false],
    [{ version: '4' }, { model: 'whatever' }, false],
    [{ headers: { 'X-Tier': 'gold' } }, { headers: { 'x-tier': 'gold' } }, true],
    [{ headers: { 'x-tier': true } }, {}, false],
    [{ headers: { 'x-tier': false } }, {}, true],
    [{ headers: { 'x-tier': '' } }, { headers: { 'x-tier': '' } }, true],
    [{ query: { v: '2' } }, { url: 'http://g.test/v1/chat/completions?v=2' }, true],
    [{ path: '/team-a/*' }, { url: 'http://g.test/team-a/v1/chat/completions' }, true],
    [{ metadata: { plan: 'pro' } }, { body: { metadata: { plan: 'pro' } } }, true],
    [{ metadata: { constructor: true } }, { body: { metadata: { plan: 'pro' } } }, false],
    [{ user: 'u-*' }, { body: { user: 'u-1' } }, true],
    [{ textLength: { min: 5 } }, { text: 'Hello' }, true],
    [{ textLength: { max: 4 } }, { text: 'Hello' }, false],
    [{ inputTokens: { min: 1000 } }, { text: 'word '.repeat(1500) }, true],
    [{ inputTokens: { min: 1000 } }, { text: 'word' }, false],
    [{ tools: true }, { body: { tools: [tool] } }, true],
    [{ tools: true }, {}, false],
    [{ tools: false }, {}, true],
    [{ vision: true }, { body: { messages: image } }, true],
    [{ stream: true }, { body: { stream: true } }, true],
    [{ operation: 'embeddings' }, {}, false],
    [{ language: 'de' }, { text: 'Wie ist das Wetter in der Stadt und was soll ich tun?' }, true],
    [{ language: ['fr', 'es'] }, { text: 'What is the weather like in the city?' }, false],
    [{ time: { from: '11:00', to: '13:00' } }, {}, true],
    [{ time: { from: '13:00', to: '14:00' } }, {}, false],
    [{ region: ['NO', 'SE'] }, { headers: { 'x-country': 'NO' } }, true],
    [{ region: 'NO' }, {}, false],
    [{ model: 'm', tools: true }, {}, false],
    [{ any: [{ tools: true }, { model: 'm' }] }, {}, true],
    [{ all: [{ tools: true }, { model: 'm' }] }, {}, false],
    [{ not: { tools: true } }, {}, true],
  ])('%j', async (when, ask, expected) => {
    expect(await holds(when, ask)).toBe(expected);
  });

  it('knows the caller that auth found', async () => {
    expect(await holds({ caller: 'team-*' }, {}, 'team-a')).toBe(true);
    expect(await holds({ caller: 'team-*' }, {})).toBe(false);
  });

  it.each<[unknown, string]>([
    [{}, 'Expected when to have a condition'],
    ['x', 'Expected when to be an object of conditions or a function'],
    [{ modle: 'x' }, 'there is no "modle"'],
    [{ model: [] }, 'Expected when.model to be a list of texts'],
    [{ model: 3 }, 'Expected when.model to be a text, a list of texts, true, false or a RegExp'],
    [{ model: /a/g }, 'Expected when.model to be a RegExp without the flags "g" and "y"'],
    [{ version: 'new' }, 'Expected when.version to be a range such as ">=4 <5": got "new"'],
    [{ headers: {} }, 'Expected when.headers to be an object of names and tests'],
    [{ textLength: { min: 3, max: 2 } }, 'Expected when.textLength to have a "min"'],
    [{ tools: 'yes' }, 'Expected when.tools to be true or false'],
    [{ any: [] }, 'Expected when.any to be a list of conditions'],
    [{ all: [{ x: 1 }] }, 'Expected when.all[0] to hold known conditions'],
    [{ time: { from: '25:00' } }, 'Expected when.time.from to be a time such as "08:30"'],
    [{ time: { zone: 'Moon/Sea' } }, 'Expected when.time.zone to be a zone'],
    [{ time: { days: ['monday'] } }, 'Expected when.time.days to be a list of'],
    [{ time: { from: '08:00', to: '08:00' } }, 'Expected when.time to hold a minute at least'],
  ])('refuses %j', (when, message) => {
    expect(() => compileConditions(when as Conditions, 'when', () => undefined)).toThrow(message);
  });
});
