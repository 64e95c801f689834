import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type SimulatedOptions, simulated } from './simulated.ts';
import { chatRequest, run } from './test-calls.ts';
import { upstream } from './upstream.ts';

interface Completion {
  choices: {
    message: { content: string; tool_calls?: { function: { name: string; arguments: string } }[] };
    finish_reason: string;
  }[];
  usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
  model: string;
}

function setup(options: SimulatedOptions = {}) {
  return run(upstream({ provider: simulated({ now: () => 1e12, ...options }) }));
}

async function complete(fields: object, options?: SimulatedOptions): Promise<Completion> {
  return (await setup(options).handler(chatRequest({ ...fields }))).json() as Promise<Completion>;
}

function ask(content: string): object {
  return { messages: [{ role: 'user', content }] };
}

const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, unit: { enum: ['c', 'f'] } },
    },
  },
};

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

describe('simulated() answers', () => {
  it('the same question the same way, another differently, and shows what was asked', async () => {
    const first = await complete(ask('What is a tide?'));
    expect(await complete(ask('What is a tide?'))).toEqual(first);
    expect(first.choices[0]?.message.content).toContain('What is a tide?');
    expect(first.model).toBe('m');
    expect(first.usage.total_tokens).toBe(
      first.usage.prompt_tokens + first.usage.completion_tokens,
    );
    expect(first.usage.completion_tokens).toBeGreaterThan(5);
    const other = await complete(ask('What is an ebb?'));
    expect(other.choices[0]?.message.content).not.toBe(first.choices[0]?.message.content);
    expect(await complete(ask('What is a tide?'), { seed: 1 })).not.toEqual(first);
  });

  it.each([
    ['Translate "good morning" into Spanish', 'In Spanish: “buenos días”'],
    ['Translate "good morning" into Polish', 'In Polish: “dzień dobry”'],
    ['Translate hello to French', 'In French: “bonjour”'],
    ['Please translate into German: thank you friend', 'In German: “danke Freund”'],
    ['Translate this sentence into Klingon: so it goes', 'In Klingon: “so it goes”'],
  ])('%s', async (prompt, expected) => {
    expect((await complete(ask(prompt))).choices[0]?.message.content).toContain(expected);
  });

  it('counts', async () => {
    const { choices } = await complete(ask('Count to 5'));
    expect(choices[0]?.message.content).toBe('1 2 3 4 5');
  });

  it('with text of the user’s own', async () => {
    const { choices } = await complete(ask('x'), {
      answer: ({ call, sequence }) => `${call.model} ${sequence}`,
    });
    expect(choices[0]?.message.content).toBe('m 1');
  });

  it('up to the limit and up to a stop sequence', async () => {
    const limited = await complete({ ...ask('Count to 50'), max_completion_tokens: 3 });
    expect(limited.choices[0]).toMatchObject({
      message: { content: '1 2 3' },
      finish_reason: 'length',
    });
    expect(limited.usage.completion_tokens).toBeLessThanOrEqual(3);
    const stopped = await complete({ ...ask('Count to 50'), stop: ['7', ' 4'] });
    expect(stopped.choices[0]).toMatchObject({
      message: { content: '1 2 3' },
      finish_reason: 'stop',
    });
  });

  it('several choices', async () => {
    const { choices } = await complete({ ...ask('Name a colour'), n: 3 });
    expect(choices).toHaveLength(3);
    const refused = await setup().handler(chatRequest({ n: 1000 }));
    expect(refused.status).toBe(400);
    expect((await refused.json()).error.param).toBe('n');
  });

  it.each<[string, object, boolean]>([
    ['named', { tool_choice: { type: 'function', function: { name: 'get_weather' } } }, true],
    ['required', { tool_choice: 'required' }, true],
    ['spoken of', {}, true],
    ['forbidden', { tool_choice: 'none' }, false],
  ])('with a tool call when the tool is %s', async (_name, fields, called) => {
    const prompt = 'What is the weather in Paris?';
    const { choices } = await complete({ ...ask(prompt), tools: [weather], ...fields });
    const call = choices[0]?.message.tool_calls?.[0]?.function;
    expect(call?.name).toBe(called ? 'get_weather' : undefined);
    expect(choices[0]?.finish_reason).toBe(called ? 'tool_calls' : 'stop');
    if (called) expect(JSON.parse(call?.arguments ?? '')).toEqual({ city: 'Paris', unit: 'c' });
  });

  it('without a tool call when nobody spoke of it, and with text after a tool result', async () => {
    const idle = await complete({ ...ask('Hi there'), tools: [weather] });
    expect(idle.choices[0]?.finish_reason).toBe('stop');
    const after = await complete({
      tools: [weather],
      messages: [
        { role: 'user', content: 'What is the weather in Paris?' },
        {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'c1', type: 'function', function: { name: 'get_weather', arguments: '{}' } },
          ],
        },
        { role: 'tool', tool_call_id: 'c1', content: 'Sunny, 21 degrees' },
      ],
    });
    expect(after.choices[0]?.message.content).toContain('Sunny, 21 degrees');
  });

  it('JSON when it is asked for', async () => {
    const plain = await complete({ ...ask('x'), response_format: { type: 'json_object' } });
    expect(JSON.parse(plain.choices[0]?.message.content ?? '')).toMatchObject({ prompt: 'x' });
    const schema = {
      type: 'object',
      properties: { name: { type: 'string' }, age: { type: 'integer', minimum: 18 } },
    };
    const structured = await complete({
      ...ask('Who is Ada?'),
      response_format: { type: 'json_schema', json_schema: { name: 'person', schema } },
    });
    expect(JSON.parse(structured.choices[0]?.message.content ?? '')).toEqual({
      name: 'Ada',
      age: 18,
    });
  });

  it('embeddings, as numbers and as base64', async () => {
    const { handler } = setup();
    async function embed(fields: object) {
      const request = new Request('http://g.test/v1/embeddings', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'e', ...fields }),
      });
      const response = await handler(request);
      return { status: response.status, body: await response.json() };
    }
    const { body } = await embed({ input: ['a', 'b'], dimensions: 4 });
    expect(body).toMatchObject({ object: 'list', model: 'e', data: [{ index: 0 }, { index: 1 }] });
    expect(body.data[0].embedding).toHaveLength(4);
    expect(body.usage.total_tokens).toBe(2);
    const coded = await embed({ input: 'a', dimensions: 4, encoding_format: 'base64' });
    const bytes = Uint8Array.from(atob(coded.body.data[0].embedding), (character) =>
      character.charCodeAt(0),
    );
    expect([...new Float32Array(bytes.buffer)]).toEqual(body.data[0].embedding);
    expect((await embed({ input: 'a' })).body.data[0].embedding).toHaveLength(256);
    expect((await embed({ input: [1, 2] })).body.data).toHaveLength(1);
    expect((await embed({ input: 'a', dimensions: 0 })).status).toBe(400);
  });

  it('the model list, and 404 for a model that does not exist', async () => {
    const { handler } = setup({ models: ['a'] });
    const list = await (await handler(new Request('http://g.test/v1/models'))).json();
    expect(list).toEqual({
      object: 'list',
      data: [{ id: 'a', object: 'model', created: 0, owned_by: 'simulated' }],
    });
    expect((await handler(chatRequest({ model: 'a' }))).status).toBe(200);
    const missing = await handler(chatRequest({ model: 'b' }));
    expect(missing.status).toBe(404);
    expect((await missing.json()).error.code).toBe('model_not_found');
    expect((await handler(new Request('http://g.test/v1/files'))).status).toBe(404);
  });
});

describe('simulated() streams', () => {
  async function text(fields: object, options?: SimulatedOptions): Promise<string> {
    return (await setup(options).handler(chatRequest({ stream: true, ...fields }))).text();
  }

  function contents(stream: string): string {
    return stream
      .split('\n\n')
      .filter((line) => line.startsWith('data: {'))
      .map((line) => JSON.parse(line.slice(6)).choices[0]?.delta.content ?? '')
      .join('');
  }

  it('the text of the JSON answer', async () => {
    const { choices } = await complete(ask('What is a tide?'));
    const stream = await text(ask('What is a tide?'));
    expect(contents(stream)).toBe(choices[0]?.message.content);
    expect(stream.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(stream).not.toContain('prompt_tokens');
  });

  it('tool calls and usage', async () => {
    const stream = await text({
      ...ask('What is the weather in Paris?'),
      tools: [weather],
      stream_options: { include_usage: true },
    });
    const pieces = [...stream.matchAll(/"arguments":("(?:[^"\\]|\\.)*")/g)].map(([, piece]) =>
      JSON.parse(piece ?? '""'),
    );
    expect(JSON.parse(pieces.join(''))).toEqual({ city: 'Paris', unit: 'c' });
    expect(stream).toContain('"finish_reason":"tool_calls"');
    expect(stream).toMatch(/"choices":\[\],"usage":\{"prompt_tokens":\d+/);
  });

  it('at its pace', async () => {
    const { handler } = setup({ firstTokenDelay: '100 ms', tokensPerSecond: 50 });
    const reader = (
      await handler(chatRequest({ stream: true, ...ask('Count to 3') }))
    ).body?.getReader();
    let seen = '';
    const reading = (async () => {
      for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) {
        seen += new TextDecoder().decode(part.value);
      }
    })();
    await vi.advanceTimersByTimeAsync(99);
    expect(contents(seen)).toBe('');
    await vi.advanceTimersByTimeAsync(1);
    expect(contents(seen)).toBe('1');
    await vi.advanceTimersByTimeAsync(20);
    expect(contents(seen)).toBe('1 2');
    await vi.advanceTimersByTimeAsync(20);
    await reading;
    expect(contents(seen)).toBe('1 2 3');
  });

  it('waits before a JSON answer as long as its stream would take', async () => {
    const { handler } = setup({ firstTokenDelay: 100, tokensPerSecond: 50 });
    let answered = false;
    void handler(chatRequest(ask('Count to 3') as Record<string, unknown>)).then(
      () => (answered = true),
    );
    await vi.advanceTimersByTimeAsync(139);
    expect(answered).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(answered).toBe(true);
  });
});

describe('simulated() fails', () => {
  const options: SimulatedOptions = { allowSimulateHeader: true };

  async function fail(directives: string, given = options, fields: object = {}) {
    const { handler } = setup(given);
    const response = await handler(
      chatRequest({ ...fields }, { headers: { 'x-simulate': directives } }),
    );
    return { status: response.status, text: await response.text(), headers: response.headers };
  }

  it('with the status and advice that the caller asked for', async () => {
    const { status, text, headers } = await fail('error=429; retry-after=2');
    expect(status).toBe(429);
    expect(headers.get('retry-after')).toBe('2');
    expect(JSON.parse(text).error).toMatchObject({
      type: 'rate_limit_error',
      code: 'rate_limit_exceeded',
    });
  });

  it('only when callers may ask for it', async () => {
    expect((await fail('error=429', {})).status).toBe(200);
  });

  it('with a 400 on a directive that it does not know', async () => {
    const { status, text } = await fail('explode');
    expect(status).toBe(400);
    expect(JSON.parse(text).error.message).toContain('got "explode"');
  });

  it.each([
    ['garbage', 502],
    ['empty', 502],
    ['first-event-error', 502],
    ['cut-after=1', 502],
    ['network', 502],
  ])('a JSON answer with %s', async (directives, status) => {
    expect((await fail(directives)).status).toBe(status);
  });

  it.each([
    'garbage',
    'empty',
    'first-event-error',
    'cut-after=2',
    'cut-after=2; half',
    'end-after=1',
    'cut-after=0',
  ])('a stream with %s: it ends in an error event', async (directives) => {
    const { text } = await fail(directives, options, { stream: true, ...ask('Count to 9') });
    expect(text).not.toContain('[DONE]');
    expect(text.trimEnd().split('\n\n').at(-1)).toMatch(/^data: \{"error"/);
    const count = /cut-after=(\d)/.exec(directives)?.[1];
    if (count !== undefined)
      expect(text.match(/"content":"[^"]/g)?.length ?? 0).toBe(Number(count));
  });

  it('by a rule, for as many attempts as it says', async () => {
    const { handler } = setup({
      failures: ({ sequence }) => (sequence < 3 ? { status: 500 } : undefined),
    });
    const statuses = [];
    for (let turn = 0; turn < 3; turn++) statuses.push((await handler(chatRequest())).status);
    expect(statuses).toEqual([500, 500, 200]);
    expect((await fail('error=500; attempts=1')).status).toBe(500);
  });

  it('by saying nothing until the caller leaves', async () => {
    const controller = new AbortController();
    const { handler, events } = setup({ failures: () => 'stall' });
    const answered = handler(chatRequest({}, { signal: controller.signal }));
    await vi.advanceTimersByTimeAsync(1e6);
    controller.abort();
    await answered;
    expect(events.at(-1)?.type).toBe('exchange-end');
    expect(JSON.stringify(events.at(-1))).toContain('"ended":"cancelled"');
  });
});

describe('simulated() refuses', () => {
  it.each<[SimulatedOptions, string]>([
    [{ tokensPerSecond: 0 }, 'Expected "tokensPerSecond" to be more than 0: got "0"'],
    [{ dimensions: 0.5 }, 'Expected "dimensions" to be a whole number from 1 to 4096: got "0.5"'],
    [{ firstTokenDelay: -1 }, 'Expected "firstTokenDelay" to be finite and not negative: -1'],
  ])('%j', (options, message) => {
    expect(() => simulated(options)).toThrow(message);
  });
});
