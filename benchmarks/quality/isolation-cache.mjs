// Calls that must never answer one another, made up by the thousand, through the middleware as users get it.
import { compose, toHandler } from '@wintergate/core';
import {
  fixedThreshold,
  lightGuards,
  memoryStore,
  semanticCache,
} from '@wintergate/semantic-cache';
import { wordEmbedder } from '@wintergate/semantic-cache/words';
import { reply } from './stream-cache.mjs';

const settings = {
  default: {},
  loose: {
    semantic: { embedder: wordEmbedder(), guards: lightGuards(), policy: fixedThreshold(0.5) },
  },
};

const templates = [
  'Send the report about {x} to the whole team',
  'What is the status of {x} in our system right now',
  'Please summarize everything that we know about {x} for me',
  'Translate the following line for the customer: {x}',
  'How do I change {x} in the settings of my account',
  'Remind me to check {x} before the meeting starts',
];
const names = [
  'Anna',
  'Bernd',
  'Chiara',
  'Dmitri',
  'Elif',
  'Farid',
  'Greta',
  'Hugo',
  'Ines',
  'Jonas',
];
const hosts = ['alpha.test', 'beta.test', 'gamma.test', 'delta.test'];

/** Kinds of placeholders, and how one is drawn. */
const placeholders = {
  number: (draw) => String(draw(9000) + 1000),
  amount: (draw) => `${draw(900) + 100} ${['dollars', 'euros', 'pounds sterling', 'yen'][draw(4)]}`,
  date: (draw) =>
    `2026-${String(draw(12) + 1).padStart(2, '0')}-${String(draw(28) + 1).padStart(2, '0')}`,
  day: (draw) => ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday'][draw(5)],
  name: (draw) => `${names[draw(10)]} ${names[draw(10)]}`,
  address: (draw) => `https://${hosts[draw(4)]}/page/${draw(50)}`,
  mail: (draw) => `${names[draw(10)].toLowerCase()}@${hosts[draw(4)]}`,
  quote: (draw) =>
    `"${['red', 'green', 'blue', 'black'][draw(4)]} ${['fox', 'dog', 'cat'][draw(3)]}"`,
  code: (draw) =>
    `${['user', 'order', 'price'][draw(3)]}_${['id', 'total', 'name', 'key'][draw(4)]}`,
};
const kinds = Object.keys(placeholders);

/** What keeps two calls apart, drawn; `undefined` when they came out the same. */
const differences = {
  placeholder(draw) {
    const template = templates[draw(templates.length)];
    const make = placeholders[kinds[draw(kinds.length)]];
    const [left, right] = [make(draw), make(draw)];
    if (left === right) return undefined;
    return [left, right].map((value) => ({ messages: [user(template.replace('{x}', value))] }));
  },
  'first turn'(draw) {
    const last = user(templates[draw(templates.length)].replace('{x}', 'that'));
    const [left, right] = [0, 0].map(() =>
      user(templates[draw(templates.length)].replace('{x}', names[draw(10)])),
    );
    if (left.content === right.content) return undefined;
    const answer = { role: 'assistant', content: 'Done.' };
    return [left, right].map((first) => ({ messages: [first, answer, last] }));
  },
  tenant(draw) {
    const messages = [user(templates[draw(templates.length)].replace('{x}', names[draw(10)]))];
    const [left, right] = [draw(1000), draw(1000)];
    return left === right
      ? undefined
      : [left, right].map((tenant) => ({ messages, tenant: `t${tenant}` }));
  },
  tools(draw) {
    const messages = [user(templates[draw(templates.length)].replace('{x}', names[draw(10)]))];
    const tool = (name) => ({
      type: 'function',
      function: { name, parameters: { type: 'object' } },
    });
    return [
      { messages, tools: [tool(`f${draw(9)}`)] },
      { messages, tools: [tool(`g${draw(9)}`)] },
    ];
  },
};

const user = (content) => ({ role: 'user', content });

/** @returns for each difference how many cases there were, and how often one call had the other's answer. */
export async function wrongHits(setting, cases, random) {
  const draw = (below) => Math.floor(random() * below);
  const counts = {};
  let asked = 0;
  const handler = toHandler(
    compose(
      semanticCache({
        tenant: (request) => request.headers.get('x-tenant') ?? 'one',
        store: memoryStore({ maxBytes: 8 * 1024 * 1024 }),
        ...settings[setting],
      }),
    ),
    () => Response.json(reply(`answer ${++asked}`)),
  );
  const names = Object.keys(differences);
  for (let at = 0; at < cases; at++) {
    const name = names[at % names.length];
    const pair = differences[name](draw);
    counts[name] ??= { cases: 0, wrong: 0, example: undefined };
    if (pair === undefined) continue;
    // Each case for itself: a mark that all its calls have in common, and no other.
    const [one, other] = pair.map(({ tenant, ...body }) => ({
      body: { model: 'any', user: `case ${at}`, ...body },
      tenant: tenant ?? 'one',
    }));
    const first = await ask(handler, one);
    await new Promise((resolve) => setImmediate(resolve));
    const second = await ask(handler, other);
    counts[name].cases++;
    if (first === second) {
      counts[name].wrong++;
      counts[name].example ??= JSON.stringify(pair);
    }
  }
  return counts;
}

async function ask(handler, { body, tenant }) {
  const response = await handler(
    new Request('http://localhost/v1/chat/completions', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-tenant': tenant },
      body: JSON.stringify(body),
    }),
  );
  return (await response.json()).choices[0].message.content;
}
