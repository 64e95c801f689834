import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HIT, maxCandidate, NO } from './detector.ts';
import { createPhaseDetectors } from './detectors.ts';
import { resolveOptions } from './options.ts';
import { createReplyChannel, expireText, pushText } from './reply-channel.ts';
import { card, email, iban, privateKey, secrets } from './test-values.ts';

const options = resolveOptions({
  email: 'redact',
  deny: ['project falcon', 'falc'],
  denyAction: 'redact',
  allow: ['old project falcon'],
});
const detectors = createPhaseDetectors('reply', options);

function createChannel(isJson = false) {
  const rules = {
    scan: detectors.scanTable(false),
    terms: detectors.terms,
    judge: (detector: { type: string } | undefined) => `[${detector?.type ?? 'TERM'}]`,
  };
  return createReplyChannel(rules, isJson);
}

/** What leaves after each piece, and at the end. */
function run(pieces: readonly string[], isJson = false): string[] {
  const channel = createChannel(isJson);
  const left = pieces.map((piece) => pushText(channel, piece, false));
  return [...left, pushText(channel, '', true)];
}

const whole = (text: string, isJson = false): string => run([text], isJson).join('');

describe('values in a whole text', () => {
  it.each(Object.entries(secrets))('hides a %s credential', (_, secret) => {
    expect(whole(`key: "${secret}", next`)).toBe('key: "[SECRET]", next');
    expect(whole(`Here it is ${secret}. Keep it safe`)).toBe('Here it is [SECRET]. Keep it safe');
  });

  it('hides a private key from its header to its end, and what is left of one cut short', () => {
    expect(whole(`a\n${privateKey}\nb`)).toBe('a\n[SECRET]\nb');
    expect(whole(`"${privateKey.replaceAll('\n', '\\n')}"`)).toBe('"[SECRET]"');
    const short = privateKey.slice(0, privateKey.indexOf('q8Zx'));
    expect(whole(`${short}\nthat was all of it`)).toBe('[SECRET]that was all of it');
    expect(whole('the line `-----BEGIN PRIVATE KEY-----` starts it')).toBe(
      'the line `[SECRET]` starts it',
    );
  });

  it.each([
    ['an address', `mail ${email}, please`, 'mail [EMAIL], please'],
    ['an address at a full stop', `Ask ${email}.`, 'Ask [EMAIL].'],
    ['a card in groups', `card ${card}.`, 'card [CARD].'],
    ['a card in one run', 'card 5555555555554444 ok', 'card [CARD] ok'],
    ['a card before its code', `${card} 123`, '[CARD] 123'],
    ['an IBAN in groups', `to ${iban} today`, 'to [IBAN] today'],
    ['an IBAN in one run', 'GB82WEST12345698765432.', '[IBAN].'],
    [
      'a password in a URL',
      'postgres://app:s3cr3tPw9@db.internal/x',
      'postgres://app:[SECRET]@db.internal/x',
    ],
    ['an assigned password', 'DB_PASSWORD="Tr0ub4dor&3x"', 'DB_PASSWORD="[SECRET]"'],
    ['an assigned token', 'token = q8Zx7Vn2Lk5Jh9Gf3Ds1', 'token = [SECRET]'],
    ['a connection string', 'Uid=app;Pwd=Tr0ub4dor&3x;', 'Uid=app;Pwd=[SECRET];'],
    ['a storage key', 'AccountKey=q8Zx7Vn2Lk5Jh9Gf3Ds1==', 'AccountKey=[SECRET]'],
    [
      'the token of a header',
      'Authorization: Bearer q8Zx7Vn2Lk5Jh9Gf3Ds1',
      'Authorization: Bearer [SECRET]',
    ],
    [
      'the password of a header',
      '"authorization": "Basic YWRtaW46aHVudGVyMg=="',
      '"authorization": "Basic [SECRET]"',
    ],
    ['full-width and invisible disguises', 'ｊａｎｅ@exa\u200bmple.org!', '[EMAIL]!'],
    [
      'a denied term, whatever its case',
      'the Project  Falcon, Project FALCON!',
      'the Project  Falcon, [TERM]!',
    ],
  ])('hides %s', (_, text, expected) => {
    expect(whole(text)).toBe(expected);
  });

  it.each([
    'order 4111 1111 1111 1112 of 1234567890123456',
    'timestamp 1732312345678 and 0.4532015112830366',
    'numbers 3782 822463 1000 and 550e8400-e29b-41d4-a716-446655440000',
    'commit 36715427193868d851091412 and 4111111111111111_a, part 4111 1111 1111 1111b',
    'git@github.com:a/b and foo@1.2.3 and @user and x@localhost',
    'DE89 3704 0044 0532 0130 01 is not one',
    'use sk-learn, sk-your-api-key-here and risk-assessment-of-everything-in-the-world-1',
    `the key ${'AKIA'}IOSFODNN7EXAMPLE is Amazon's own example`,
    'password: ******** or password: hunter, max_tokens: 4096, token = os.environ["TOKEN"]',
    'http://localhost:3000/a and https://example.org:8443',
    'the falcons and an old project falcon fly',
    '-----\n---- BEGIN nothing ----',
    'the bearer of bad news, a bearer: 5 men, basic understanding of mathematics, BASIC-80',
    'SKU 0f3a9c1b5d7e8f0a1b2c3d4e5f607182, a key-value store, secret_santa_list_of_the_year_2026',
  ])('leaves %j alone', (text) => {
    expect(whole(text)).toBe(text);
  });

  it('finds values in JSON text through its escapes and keeps it JSON', () => {
    const json = JSON.stringify({
      to: email,
      body: `a "b"\n${secrets['github']}\n${privateKey}`,
      n: 4111111111111111,
    });
    const masked = JSON.parse(whole(json, true));
    expect(masked).toEqual({ to: '[EMAIL]', body: 'a "b"\n[SECRET]\n[SECRET]', n: '[CARD]' });
    expect(whole('{"a":"jane\\u0040example.org\\u00e9"}', true)).toBe('{"a":"[EMAIL]\\u00e9"}');
    expect(whole('{"a":"x\\/y \\ud83d\\ude00"}', true)).toBe('{"a":"x\\/y \\ud83d\\ude00"}');
  });
});

const word = fc.constantFrom(
  'hello',
  'a',
  'The',
  'token',
  'sk-',
  'password: ',
  '-----',
  '://',
  'é',
  '😀',
  '\u200b',
  '\u00ad',
  '—',
  '"',
  '\\',
  '\n',
  '.',
  '@',
  '1',
  '4',
  'project',
  'old project',
  'falcon',
  'DE',
  'ﬁ',
  '{',
  '}',
  ':',
);
const value = fc.constantFrom(
  ...Object.values(secrets),
  privateKey,
  privateKey.slice(0, 150),
  email,
  card,
  '4111111111111111',
  iban,
  'project falcon',
  'old project falcon',
  'postgres://u:p4ssw0rd@h/',
);
const text = fc
  .array(
    fc.oneof(
      { weight: 2, arbitrary: word },
      { weight: 1, arbitrary: value },
      { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
      { weight: 2, arbitrary: fc.constant(' ') },
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''));

function cut(whole: string, seed: readonly number[]): string[] {
  const pieces: string[] = [];
  let at = 0;
  for (let turn = 0; at < whole.length; turn++) {
    const length = seed.length === 0 ? 1 : seed[turn % seed.length]!;
    pieces.push(whole.slice(at, at + length));
    at += length;
  }
  return pieces;
}

describe('values in a text that comes in pieces', () => {
  const seeds = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 8 });

  it('gives the same however it is cut', () => {
    fc.assert(
      fc.property(text, seeds, fc.boolean(), (given, seed, isJson) => {
        expect(run(cut(given, seed), isJson).join('')).toBe(whole(given, isJson));
      }),
      { numRuns: 2000 },
    );
  });

  it('lets nothing leave that the whole would not let leave', () => {
    fc.assert(
      fc.property(text, seeds, (given, seed) => {
        const expected = whole(given);
        let left = '';
        for (const piece of run(cut(given, seed))) {
          left += piece;
          expect(expected.startsWith(left)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('holds no more than the longest candidate', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 4 }), (given, length) => {
        const channel = createChannel();
        for (const piece of cut(given, [length])) {
          pushText(channel, piece, false);
          expect(channel.chars.length - channel.sent).toBeLessThanOrEqual(maxCandidate + 64);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('decides every place with a bounded look-ahead', () => {
    const { inside, outside } = detectors.scanTable(true);
    const every = [...new Set([...inside.lists, ...outside.lists].flat())];
    const hit = { from: 0, to: 0, open: false };
    const undecided: string[] = [];
    fc.assert(
      fc.property(text, (given) => {
        const long = given + 'a.'.repeat(maxCandidate);
        for (let at = 0; at < given.length; at++) {
          for (const { starts, match, name } of every) {
            if (!starts.includes(long[at]!)) continue;
            const finding = match(long, at, false, hit);
            if (finding !== NO && finding !== HIT) undecided.push(`${name}: ${long.slice(at)}`);
          }
        }
        expect(undecided).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('lets ordinary text leave at once', () => {
    expect(run(['Hello, ', 'world. ', '42 ', 'times\n'])).toEqual([
      'Hello, ',
      'world. ',
      '42 ',
      'times\n',
      '',
    ]);
    expect(run(['Hel', 'lo '])).toEqual(['', 'Hello ', '']);
  });

  it('never cuts a surrogate pair', () => {
    expect(run(['a \ud83d', '\ude00 b '])).toEqual(['a ', '\ud83d\ude00 b ', '']);
  });

  it('keeps JSON text JSON, and hides the values in it, however it is cut', () => {
    const values = fc.constantFrom(secrets['github']!, secrets['jwt']!, privateKey, email, card);
    const plain = fc.string({ unit: 'grapheme', maxLength: 8 });
    fc.assert(
      fc.property(
        fc.array(plain, { maxLength: 4 }),
        values,
        plain,
        seeds,
        (others, hidden, tail, seed) => {
          const given = JSON.stringify({ others, text: `x ${hidden}\n"${tail}`, 'a"b': [hidden] });
          const left = run(cut(given, seed), true).join('');
          expect(JSON.parse(left)['a"b']).toHaveLength(1);
          expect(left).not.toContain(JSON.stringify(hidden).slice(1, 24));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('hides every credential at every cut, down to single characters', () => {
    for (const secret of [...Object.values(secrets), privateKey, email, card, iban]) {
      const given = `x ${secret} y`;
      const expected = whole(given);
      expect(expected).not.toContain(secret.slice(0, 12));
      for (let at = 1; at < given.length; at++) {
        expect(run([given.slice(0, at), given.slice(at)]).join('')).toBe(expected);
      }
      expect(run([...given]).join('')).toBe(expected);
    }
  });
});

describe('text that has waited too long', () => {
  it('is hidden once it is likely a value, and the rest of it with it', () => {
    const channel = createChannel();
    const secret = secrets['openai']!;
    expect(pushText(channel, `key ${secret.slice(0, 20)}`, false)).toBe('key ');
    expect(expireText(channel, true)).toBe('[SECRET]');
    expect(pushText(channel, `${secret.slice(20)} done `, false)).toBe(' done ');
  });

  it('is hidden likewise in the middle of a card and of a private key header', () => {
    const cards = createChannel();
    expect(pushText(cards, 'no 4111 1111 1111', false)).toBe('no ');
    expect(expireText(cards, true)).toBe('[CARD]');
    expect(pushText(cards, ' 1111. ok ', false)).toBe('. ok ');
    const keys = createChannel();
    pushText(keys, privateKey.slice(0, 28), false);
    expect(expireText(keys, true)).toBe('[SECRET]');
    expect(pushText(keys, `${privateKey.slice(28)}\nok `, false)).toBe('\nok ');
  });

  it('goes on waiting while it may be any word, or leaves when told to', () => {
    const channel = createChannel();
    expect(pushText(channel, 'say jane', false)).toBe('say ');
    expect(expireText(channel, true)).toBe('');
    expect(expireText(channel, false)).toBe('jane');
    expect(pushText(channel, '@example.org. ', false)).toBe('[EMAIL]. ');
  });
});
