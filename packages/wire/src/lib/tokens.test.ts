import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openaiChat } from './openai-chat.ts';
import { chatCall, dataPath, describeData } from './test-support.ts';
import { estimateInputTokens, estimateTokens } from './tokens.ts';

describe('estimateTokens()', () => {
  it.each<[string, number, number]>([
    ['', 0, 0],
    ['Hello', 1, 1],
    ['The quick brown fox jumps over the lazy dog.', 9, 11],
    ['internationalization', 3, 4],
    ['1234567890', 3, 4],
    ['{"location": "San Francisco", "unit": "celsius"}', 12, 20],
    ['\u6771\u4eac\u306f\u65e5\u672c\u306e\u9996\u90fd\u3067\u3059', 8, 12],
    ['\u0414\u043e\u0431\u0440\u044b\u0439 \u0434\u0435\u043d\u044c', 4, 8],
  ])('takes %j for %i to %i tokens', (text, least, most) => {
    expect(estimateTokens(text)).toBeGreaterThanOrEqual(least);
    expect(estimateTokens(text)).toBeLessThanOrEqual(most);
  });

  it('grows with the text', () => {
    const text = 'Some words, 42 numbers and \u6f22\u5b57.\n';
    expect(estimateTokens(text.repeat(1000)) / estimateTokens(text)).toBeGreaterThan(900);
  });
});

describe('estimateInputTokens()', () => {
  it('counts messages, images and tools beside the text', () => {
    const plain = estimateInputTokens(chatCall());
    expect(plain).toBe(8);
    const image = { type: 'image_url', image_url: { url: 'https://x.test/a.png' } };
    const withImage = chatCall({
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }, image] }],
    });
    expect(estimateInputTokens(withImage) - plain).toBe(765);
    const tool = { type: 'function', function: { name: 'f', parameters: { type: 'object' } } };
    expect(estimateInputTokens(chatCall({ tools: [tool] }))).toBeGreaterThan(plain);
  });
});

const folder = 'conformance/pydantic-ai-recordings/';

describeData('recorded replies', folder, () => {
  it('are estimated within 25 %, and 15 % on average, where they are prose', () => {
    const errors: number[] = [];
    const names = readdirSync(dataPath(folder), { recursive: true, encoding: 'utf8' });
    for (const name of names.filter((own) => /chat-completions\.json\.\d/.test(own))) {
      const { request, response } = JSON.parse(readFileSync(dataPath(folder + name), 'utf8'));
      const call = openaiChat.readCall(request.body, 'chat', new URL(request.url));
      const { choices, usage } = openaiChat.readReply(response.body, call);
      const [choice] = choices;
      if (choice === undefined || usage === undefined) continue;
      // Reasoning that is billed and not shown, and short texts, say nothing about the estimate.
      if (choice.reasoning !== '' || choice.toolCalls.length > 0 || choice.text.length < 100)
        continue;
      if ((usage.reasoningTokens ?? 0) > 0 || choice.text.length / usage.outputTokens < 3) continue;
      const error = estimateTokens(choice.text) / usage.outputTokens - 1;
      expect(Math.abs(error), name).toBeLessThan(0.25);
      errors.push(Math.abs(error));
    }
    expect(errors.length).toBeGreaterThan(8);
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.15);
  });
});
