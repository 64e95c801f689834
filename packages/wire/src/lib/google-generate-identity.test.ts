import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import { googleGenerate } from './google-generate.ts';
import { googleAnswerFields, googleNeutralFields } from './google-generate-identity.ts';
import { googleCall, streamCall } from './google-generate-test-support.ts';
import type { JsonObject } from './types.ts';

const exact = (fields: JsonObject): string =>
  canonicalJson(googleGenerate.identity(googleCall(fields)).exact);
const user = (text: string): JsonObject => ({ role: 'user', parts: [{ text }] });

/** The fields that the Gemini API and Vertex AI publish for a request. */
const published = [
  'model',
  'contents',
  'systemInstruction',
  'tools',
  'toolConfig',
  'safetySettings',
  'generationConfig',
  'cachedContent',
  'labels',
  'modelArmorConfig',
  'serviceTier',
];

describe('the identity of a generateContent call', () => {
  it('decides about every published field, once', () => {
    for (const field of published) {
      expect(googleAnswerFields.has(field) !== googleNeutralFields.has(field), field).toBe(true);
    }
    expect(googleAnswerFields.size + googleNeutralFields.size).toBe(published.length);
  });

  it.each<[string, JsonObject]>([
    ['the bill', { labels: { team: 'a' }, serviceTier: 'flex' }],
    ['null fields', { tools: null, generationConfig: { seed: null } }],
    [
      'defaults written out',
      {
        generationConfig: {
          candidateCount: 1,
          responseMimeType: 'text/plain',
          responseModalities: ['TEXT'],
        },
      },
    ],
    ['the default role', { contents: [{ parts: [{ text: 'Hi' }] }] }],
    ['the spelling', { contents: { parts: { text: 'Hi' } } }],
  ])('does not depend on %s', (_, fields) => {
    expect(exact(fields)).toBe(exact({}));
  });

  it('does not depend on whether it streams', () => {
    const { exact: streamed } = googleGenerate.identity(streamCall());
    expect(canonicalJson(streamed)).toBe(exact({}));
  });

  it.each<[string, JsonObject]>([
    ['the text', { contents: [user('Hi!')] }],
    ['the role', { contents: [{ role: 'model', parts: [{ text: 'Hi' }] }] }],
    ['the system text', { systemInstruction: { parts: [{ text: 'x' }] } }],
    ['sampling', { generationConfig: { temperature: 0.1 } }],
    ['tools', { tools: [{ googleSearch: {} }] }],
    ['the calling mode', { toolConfig: { functionCallingConfig: { mode: 'ANY' } } }],
    ['safety', { safetySettings: [{ category: 'a' }] }],
    ['cached content', { cachedContent: 'cachedContents/1' }],
    ['unknown fields', { vendor: 1 }],
  ])('depends on %s', (_, fields) => {
    expect(exact(fields)).not.toBe(exact({}));
  });

  it('depends on the model of the path, and on the one it moved to', () => {
    const other = googleCall({}, 'generateContent', 'http://gateway.test/v1beta/models/other');
    expect(canonicalJson(googleGenerate.identity(other).exact)).not.toBe(exact({}));
    const moved = googleGenerate.readCall(
      googleGenerate.withModel(googleCall(), 'other'),
      'chat',
      new URL('http://gateway.test/v1beta/models/gemini-3-flash:generateContent'),
    );
    expect(googleGenerate.identity(moved)).toEqual(googleGenerate.identity(other));
  });

  it('splits off the last user message', () => {
    const earlier = [user('a'), { role: 'model', parts: [{ text: 'b' }] }];
    const one = googleGenerate.identity(googleCall({ contents: [...earlier, user('c')] }));
    const other = googleGenerate.identity(googleCall({ contents: [...earlier, user('d')] }));
    expect([one.text, other.text]).toEqual(['c', 'd']);
    expect(one.scope).toEqual(other.scope);
    expect(one.exact).not.toEqual(other.exact);
  });

  it.each<[string, JsonObject[]]>([
    ['an answer comes last', [user('a'), { role: 'model', parts: [{ text: 'b' }] }]],
    ['it is empty', [user('')]],
    [
      'it holds more than text',
      [{ parts: [{ text: 'a' }, { inlineData: { mimeType: 'image/png', data: 'AA' } }] }],
    ],
    ['a part of it says more than text', [{ parts: [{ text: 'a', thoughtSignature: 's' }] }]],
    [
      'a result comes last',
      [user('a'), { parts: [{ functionResponse: { name: 'f', response: {} } }] }],
    ],
  ])('has no text when %s', (_, contents) => {
    const identity = googleGenerate.identity(googleCall({ contents }));
    expect(identity.text).toBeUndefined();
    expect(identity.scope).toEqual(identity.exact);
  });
});
