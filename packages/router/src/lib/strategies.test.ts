import { defineMiddleware, tenantKey } from '@wintergate/core';
import { planKey } from '@wintergate/providers';
import { estimateTokens } from '@wintergate/wire';
import { describe, expect, it } from 'vitest';
import { modelRouter } from './model-router.ts';
import type { ModelRouterOptions, RouteInput, Strategy } from './options.ts';
import { type Ask, attempt, chat, planOf, provider } from './test-support.ts';

const [a, b, c] = [provider('a'), provider('b'), provider('c')] as const;

function router(
  strategy: Strategy,
  targets: RouteInput[] = [a, b, c],
  more: ModelRouterOptions = {},
) {
  return modelRouter({ random: () => 0, ...more, default: { strategy, targets } });
}

const signedIn = (tenant: string) =>
  defineMiddleware('auth', (request, next, context) => {
    context.set(tenantKey, tenant);
    return next(request, context);
  });

/** Lets a router see one call of a target, which answers or fails. */
const sees = (given: ReturnType<typeof modelRouter>, name: string, ok: boolean) =>
  planOf(given, chat(), {
    end: (_request, context) => {
      const target = { provider: name, host: `${name}.test`, model: 'm' };
      for (const event of attempt(target, ok, ok ? undefined : 'server')) context?.emit(event);
      return Response.json({ id: 'x' });
    },
  });

describe('sticky', () => {
  const conversation = (turns: number): Ask => ({
    body: {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'First question' },
        ...Array.from({ length: turns }, (_, at) => ({
          role: at % 2 === 0 ? 'assistant' : 'user',
          content: `turn ${at}`,
        })),
      ],
    },
  });

  it('keeps a conversation where it began, while it grows', async () => {
    const given = router('sticky');
    const first = await planOf(given, chat(conversation(0)));
    for (const turns of [2, 4, 6])
      expect((await planOf(given, chat(conversation(turns)))).candidates).toEqual(first.candidates);
    expect(first.plan?.reason).toMatch(/^sticks to [abc]$/);
    expect(first.plan?.cacheScope).toBe('m');
  });

  it('spreads keys over all targets and is the same in another process', async () => {
    const firsts = new Map<string | undefined, number>();
    for (let user = 0; user < 300; user++) {
      const ask = { body: { user: `user ${user}` } };
      const [one, other] = [
        router({ type: 'sticky', by: 'user' }),
        router({ type: 'sticky', by: 'user' }),
      ];
      const { candidates = [] } = await planOf(one, chat(ask));
      expect((await planOf(other, chat(ask))).candidates).toEqual(candidates);
      firsts.set(candidates[0], (firsts.get(candidates[0]) ?? 0) + 1);
    }
    expect([...firsts.keys()].sort()).toEqual(['a:-', 'b:-', 'c:-']);
    for (const count of firsts.values()) expect(count).toBeGreaterThan(70);
  });

  it('moves only the keys of a target that is gone', async () => {
    for (let user = 0; user < 100; user++) {
      const ask = { headers: { 'x-session': `s${user}` } };
      const by = { type: 'sticky', by: 'header:x-session' } as const;
      const all = (await planOf(router(by), chat(ask))).candidates ?? [];
      const fewer = (await planOf(router(by, [a, b]), chat(ask))).candidates;
      expect(fewer).toEqual(all.filter((name) => name !== 'c:-'));
    }
  });

  it('draws where there is no key, and says so', async () => {
    const { plan } = await planOf(router({ type: 'sticky', by: 'user' }), chat());
    expect(plan?.reason).toBe('no key to stick to: drawn');
  });

  it('leaves a target that has more than its share of the calls', async () => {
    const given = router({ type: 'sticky', by: () => 'one key for all', bound: 1 });
    const firsts = new Set<string | undefined>();
    // Each call begins while the others are under way.
    const nested = async (depth: number): Promise<void> => {
      if (depth === 0) return;
      const { candidates } = await planOf(given, chat(), {
        end: async (_request, context) => {
          const first = context?.get(planKey)?.candidates[0]?.provider ?? '';
          context?.emit(attempt({ provider: first, host: `${first}.test`, model: 'm' }, true)[0]);
          await nested(depth - 1);
          return Response.json({ id: 'x' });
        },
      });
      firsts.add(candidates?.[0]);
    };
    await nested(3);
    expect(firsts.size).toBe(3);
  });
});

describe('ab', () => {
  const arms = [a.target('x', { weight: 9 }), b.target('y', { weight: 1 })];

  it('gives the same arm to the same caller, by weight over many', async () => {
    const given = router('ab', arms);
    let second = 0;
    for (let user = 0; user < 400; user++) {
      const before = [signedIn(`tenant ${user}`)];
      const { candidates, plan } = await planOf(given, chat(), { before });
      expect((await planOf(given, chat(), { before })).candidates).toEqual(candidates);
      if (candidates?.[0] === 'b:y') second++;
      expect(plan?.cacheScope).toMatch(candidates?.[0] === 'b:y' ? 'y default:1' : 'x default:0');
    }
    expect(second / 400).toBeGreaterThan(0.05);
    expect(second / 400).toBeLessThan(0.16);
  });

  it('splits anew for another experiment', async () => {
    const armsOf = async (name: string) => {
      const given = router({ type: 'ab', name, by: 'user' }, [a, b]);
      const asks = Array.from({ length: 64 }, (_, user) => chat({ body: { user: `u${user}` } }));
      return Promise.all(asks.map(async (ask) => (await planOf(given, ask)).candidates?.[0]));
    };
    expect(await armsOf('one')).not.toEqual(await armsOf('two'));
    expect(await armsOf('one')).toEqual(await armsOf('one'));
  });

  it('keeps its arms when a target is left out', async () => {
    const given = router({ type: 'ab', by: 'user' }, [a, b, c], {
      capabilities: ({ provider: name }) => ({ tools: name !== 'a' }),
    });
    const tools = [{ type: 'function', function: { name: 'f', parameters: {} } }];
    for (let user = 0; user < 40; user++) {
      const all = (await planOf(given, chat({ body: { user: `u${user}` } }))).candidates ?? [];
      const some = (await planOf(given, chat({ body: { user: `u${user}`, tools } }))).candidates;
      expect(some).toEqual(all.filter((name) => name !== 'a:-'));
    }
  });
});

describe('least-latency', () => {
  it('does not take a target that fails fast for a fast one', async () => {
    const given = router('least-latency', [a, b]);
    await sees(given, 'a', false);
    const { candidates, plan } = await planOf(given, chat());
    expect(candidates).toEqual(['b:-', 'a:-']);
    expect(plan?.reason).toBe('least latency: b, about 1 ms');
  });
});

describe('least-busy', () => {
  it('goes to who has fewest calls in flight, and counts down when they end', async () => {
    const given = router('least-busy', [a, b]);
    let during: string[] | undefined;
    const { response } = await planOf(given, chat(), {
      end: async (_request, context) => {
        context?.emit(attempt({ provider: 'a', host: 'a.test', model: 'm' }, true)[0]);
        during = (await planOf(given, chat())).candidates;
        return Response.json({ id: 'x' });
      },
    });
    await response.text();
    expect(during).toEqual(['b:-', 'a:-']);
    expect((await planOf(given, chat())).candidates).toEqual(['a:-', 'b:-']);
  });
});

describe('least-cost', () => {
  const prices: Record<string, number | undefined> = { a: 3, b: 1 };
  const cost: ModelRouterOptions['cost'] = ({ provider: name }, usage) => {
    const price = prices[name];
    return price === undefined ? undefined : usage.inputTokens + usage.outputTokens * price;
  };

  it('goes to the cheapest for this call, unknown prices last', async () => {
    const { candidates, plan } = await planOf(router('least-cost', [c, a, b], { cost }), chat());
    expect(candidates).toEqual(['b:-', 'a:-', 'c:-']);
    expect(plan?.reason).toMatch(/^least cost: b, \d+ USD$/);
  });

  it('takes what is no number for an unknown price', async () => {
    const odd: Record<string, unknown> = { a: Number.NaN, b: 1, c: 'free' };
    const given = router('least-cost', [a, c, b], {
      cost: ({ provider }) => odd[provider] as number,
    });
    expect((await planOf(given, chat())).candidates?.[0]).toBe('b:-');
  });

  it.each(['cost', 'capabilities'] as const)('refuses a promise of %s', async (option) => {
    const late = async (): Promise<never> => Promise.reject(new Error('late'));
    const given = router('least-cost', [a, b], { cost, [option]: late as never });
    const { plan } = await planOf(given, chat());
    expect(plan).toBeUndefined();
  });

  it('counts the output that the call may have', async () => {
    const seen: number[] = [];
    const given = router('least-cost', [a], {
      assumeOutput: 100,
      cost: (_name, { outputTokens }) => {
        seen.push(outputTokens);
        return 1;
      },
    });
    await planOf(given, chat());
    await planOf(given, chat({ body: { max_tokens: 7 } }));
    expect(seen).toEqual([100, 7]);
  });

  it('needs prices', () => {
    expect(() => router('least-cost')).toThrow('Give modelRouter() a "cost" for default');
  });
});

describe('difficulty', () => {
  it('sends hard calls to the second, and says by which signs', async () => {
    const given = router('difficulty', [a.target('small'), b.target('large')]);
    const easy = await planOf(given, chat({ text: 'What is the capital of France?' }));
    expect([easy.candidates, easy.plan?.reason]).toEqual([
      ['a:small', 'b:large'],
      expect.stringMatching(/^easy \(0\.\d\d: length\)$/),
    ]);
    const text =
      'Prove that the algorithm is optimal, derive its complexity step by step, and compare it with ' +
      'a recursive function in Python. What if the array is sorted? Must n be at least 2 + 3?';
    const hard = await planOf(given, chat({ text }));
    expect(hard.candidates).toEqual(['b:large', 'a:small']);
    expect(hard.plan?.cacheScope).toBe('large');
  });

  it.each([
    ['one target', ['a'], 'Expected default to have two targets'],
    [
      'a threshold above 1',
      ['a', 'b'],
      'Expected default.strategy.threshold to be from 0 to 1: got 2',
    ],
  ])('refuses %s', (_name, names, message) => {
    const strategy = { type: 'difficulty', threshold: names.length === 1 ? 0.5 : 2 } as const;
    expect(() => router(strategy, names.map(provider))).toThrow(message);
  });
});

describe('a strategy of your own', () => {
  it('orders, sync or async, and what it leaves out comes after', async () => {
    const given = router(async ({ targets, call }) => {
      expect(estimateTokens(call.system)).toBe(0);
      return [targets[2] as never];
    });
    expect((await planOf(given, chat())).candidates).toEqual(['c:-', 'a:-', 'b:-']);
  });

  it('may choose nothing but what it was given', async () => {
    const { response } = await planOf(
      router(() => [provider('z').target()]),
      chat(),
    );
    expect(response.status).toBe(500);
  });
});

describe('groups', () => {
  it('are ordered by themselves first: a fallback behind a weighted pair', async () => {
    const pair = {
      strategy: 'weighted',
      targets: [a.target(undefined, { weight: 1 }), b.target(undefined, { weight: 3 })],
    } as const;
    const given = router('priority', [pair, c], { random: () => 0.5 });
    const { candidates, plan } = await planOf(given, chat());
    expect(candidates).toEqual(['b:-', 'a:-', 'c:-']);
    expect(plan?.reason).toBe('first in order, in it weighted draw: b');
  });

  it('take a weight of their own', async () => {
    const groups = [
      { targets: [a], weight: 0 },
      { targets: [b, c], weight: 1 },
    ];
    expect((await planOf(router('weighted', groups), chat())).candidates).toEqual([
      'b:-',
      'c:-',
      'a:-',
    ]);
  });

  it('nest at most eight deep', () => {
    let deep: RouteInput = [a];
    for (let at = 0; at < 10; at++) deep = [deep];
    expect(() => modelRouter({ default: deep })).toThrow('to nest at most 8 groups');
  });
});
