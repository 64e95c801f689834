import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSseDecoder, createSseEvent, encodeSse } from './sse.ts';
import type { SseEvent } from './sse-block.ts';

/** Events of one stream, as they are cut from its bytes. */
function decode(...data: string[]): SseEvent[] {
  return createSseDecoder().push(
    new TextEncoder().encode(data.map((it) => `data: ${it}\n\n`).join('')),
  );
}

/** What stands in the holes of each event, asked in their order. */
function texts(...data: string[]): readonly (readonly string[] | undefined)[] {
  return decode(...data).map((event) => (event.frame === undefined ? undefined : event.texts));
}

/** What was parsed, with what stood in the holes where their marks stand. */
function unmarked(value: unknown, marks: readonly string[], found: readonly string[]): unknown {
  const hole = marks.indexOf(String(value));
  if (hole !== -1) return typeof value === 'number' ? Number(found[hole]) : found[hole];
  if (Array.isArray(value)) return value.map((item) => unmarked(item, marks, found));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, it]) => [name, unmarked(it, marks, found)]);
  return Object.fromEntries(members);
}

describe('the frame of events', () => {
  it('is known once two were alike', () => {
    expect(texts('{"a":"one"}', '{"a":"two"}', '{"a":"three"}', '{"a":"vier, fünf"}')).toEqual([
      undefined,
      ['two'],
      ['three'],
      ['vier, fünf'],
    ]);
  });

  it('has holes for texts and for numbers', () => {
    const data = (n: number, t: string) => `{"n":${n},"t":"${t}","m":[1]}`;
    expect(texts(data(9, 'x'), data(10, 'yy'), data(0, 'z')).slice(1)).toEqual([
      ['10', 'yy'],
      ['0', 'z'],
    ]);
  });

  it('has texts as they are meant, whatever they are written with', () => {
    const written = ['x', '\\n', '\\"},{\\"', '\\\\', '\\u00e9\\ud83d\\ude00', 'a\\tb'];
    const data = written.map((text) => `{"a":"${text}","b":[]}`);
    expect(texts(...data).slice(1)).toEqual(['\n', '"},{"', '\\', 'é😀', 'a\tb'].map((it) => [it]));
  });

  it('does not go by blanks between tokens', () => {
    const data = (a: string, ...blanks: number[]) =>
      `{"a":"${a}"${' '.repeat(blanks[0]!)}, "b": 1${' '.repeat(blanks[1]!)}}`;
    expect(texts(data('w', 3, 0), data('x', 9, 2), data('y', 1, 1), data('z', 0, 0))).toEqual([
      undefined,
      ['x'],
      ['y'],
      ['z'],
    ]);
    expect(texts('{"a":"w"  }', '{"a":"w"    }', '{"a":"w" }').slice(1)).toEqual([[], []]);
  });

  it('is kept while others come in between', () => {
    const long = (a: string, pad: string) => `{"a":"${a}","pad":"${pad}"}`;
    const [a, b] = [(it: string) => long(it, it + it), (it: string) => `{"b":"${it}"}`];
    const data = [a('1'), a('2'), b('1'), b('2'), a('3'), b('3'), a('4')];
    // One text twice, with other padding: that is a frame as well, and not instead of the other.
    const twice = [long('same', 'xyz'), long('same', 'uv'), a('5'), a('6')];
    expect(texts(...data, ...twice).map((it) => it?.[0])).toEqual([
      ...[undefined, '2', undefined, '2', '3', '3', '4', 'same', 'same', '5', '6'],
    ]);
    const first = [long('same', 'xyz'), long('same', 'uv'), a('5'), a('6'), a('7')];
    expect(texts(...first)).toEqual([undefined, ['uv'], undefined, ['6', '66'], ['7', '77']]);
  });

  it('is not known to whoever asks once', () => {
    expect(decode('{"a":"1"}', '{"a":"2"}', '{"a":"3"}').at(-1)!.frame).toBeUndefined();
  });

  it('is the same object for all that fit', () => {
    const [, second, third] = decode('{"a":"1"}', '{"a":"2"}', '{"a":"3"}').map(
      ({ frame }) => frame,
    );
    expect(second).toBe(third);
    expect(second?.fill(['x'])).toBe('{"a":"x"}');
  });

  it.each([
    ['another member', '{"a":"x","b":1}'],
    ['a name that differs', '{"b":"x"}'],
    ['an escape that is none', '{"a":"\\x"}'],
    ['an escape that is cut off', '{"a":"\\u12"}'],
    ['an escaped end', '{"a":"x\\"}'],
    ['nothing in it', '{"a":""}'],
    ['a value that is no text', '{"a":1}'],
    ['text behind it', '{"a":"x"} '],
    ['a control character', '{"a":"x\u0001"}'],
    ['no end', '{"a":"x'],
    ['less of it', '{"a":"x"'],
  ])('does not fit what has %s', (_, data) => {
    expect(texts('{"a":"1"}', '{"a":"2"}', data, '{"a":"3"}').slice(2)).toEqual([undefined, ['3']]);
  });

  it.each([
    ['{"a":1.5}', '{"a":1.25}'],
    ['{"a":-1}', '{"a":-2}'],
    ['{"a":1e5}', '{"a":1e6}'],
    ['{"a":01}', '{"a":02}'],
    ['{"a":1}', '{"a":null}'],
    ['{"a":"x"}', '{"b":"x"}'],
    ['{"a":"x"}', '{"a"  \t  :  "x"}'],
    ['{"a":12}', '{"a":1 2}'],
    ['{"a":true}', '{"a":tr ue}'],
    ['["a"]', '["b"]'],
    ['{"a":"x"}', '{"a":"x"}'],
  ])('finds none in %s and %s', (one, other) => {
    expect(texts(one, other, one, other)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('does not go by names of members that stand far from their colon', () => {
    expect(texts(`{"a"${' '.repeat(20)}:1}`, `{"b"${' '.repeat(20)}:1}`)[1]).toBeUndefined();
  });

  it('finds another when the stream changes, and gives up where no two are alike', () => {
    expect(texts('{"a":"1"}', '{"a":"2"}', '{"b":"1","c":0}', '{"b":"2","c":0}').at(-1)).toEqual([
      '2',
    ]);
    const unlike = Array.from({ length: 20 }, (_, at) => `{"${'x'.repeat(at + 1)}":1}`);
    expect(texts(...unlike, '{"a":"1"}', '{"a":"2"}').at(-1)).toBeUndefined();
  });

  it('marks its holes so that each is found again', () => {
    const data = (a: string, n: number) => `{"hole":"hole0","a":"${a}","n":${n},"m":7000}`;
    const events = decode(data('x', 1), data('y', 2));
    const frame = events.map((event) => event.frame)[1]!;
    const { marks, json } = frame.sample();
    const { a, n, ...rest } = json as Record<string, unknown>;
    expect([a, String(n)]).toEqual(marks);
    expect(rest).toEqual({ hole: 'hole0', m: 7000 });
    expect(new Set(marks).size).toBe(2);
  });

  it('is unknown for events made anew, of several lines, and of a stream with carriage returns', () => {
    expect(createSseEvent({ data: '{"a":"1"}' }).frame).toBeUndefined();
    const bytes = encodeSse({ data: '{"a":\n"1"}' });
    const sse = createSseDecoder();
    for (let at = 0; at < 3; at++) expect(sse.push(bytes)[0]!.frame).toBeUndefined();
    const crlf = new TextEncoder().encode('data: {"a":"1"}\r\n\r\ndata: {"a":"2"}\r\n\r\n');
    for (const event of createSseDecoder().push(crlf)) expect(event.frame).toBeUndefined();
  });

  it('keeps nothing of a large event', () => {
    const data = (text: string) => `{"a":"${text.repeat(5000)}"}`;
    expect(texts(data('x'), data('y'), data('z'))).toEqual([undefined, undefined, undefined]);
  });

  it('says of every event that fits what parsing it says', () => {
    const value = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom('', '"', '\\', '\n', 'hole0', '€', '\u2028'),
      fc.nat(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(null, true, [], {}, ['x'], { a: 'b' }),
    );
    const event = fc.record({ a: value, b: value, c: fc.constant('same') });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), fc.boolean(), (values, spaced) => {
        const data = values.map((it) =>
          JSON.stringify(it, null, spaced ? 1 : 0).replaceAll('\n', ''),
        );
        for (const [at, one] of decode(...data).entries()) {
          const { frame } = one;
          if (frame === undefined) continue;
          expect(JSON.parse(frame.fill(one.texts!))).toEqual(JSON.parse(data[at]!));
          const { marks, json: marked } = frame.sample();
          expect(unmarked(marked, marks, one.texts!)).toEqual(JSON.parse(data[at]!));
        }
      }),
    );
  });

  it('is as valid as what fits into it, whatever that is', () => {
    const fragment = fc.constantFrom(
      ...[
        '"a"',
        '"b"',
        '":',
        '"',
        '\\',
        '\\"',
        '\\n',
        '\\u00',
        'e',
        'E5',
        '-',
        '.',
        '0',
        '1',
        '12',
        '007',
      ],
      ...[
        ' ',
        '   ',
        ',',
        ':',
        '{',
        '}',
        '[',
        ']',
        'x',
        'true',
        'null',
        '"a":"x"',
        '"b":1,',
        'é',
        '\t',
      ],
    );
    const piece = fc.array(fragment, { maxLength: 3 }).map((parts) => parts.join(''));
    const base = fc.constantFrom(
      ...[
        '{"a":"#","b":1}',
        '{"a":#,"b":[1]}',
        '{"a":1#,"b":"x"}',
        '{"a":"x"#}',
        '{#"a":"#"}',
        '{"a":"#","b":#}',
      ],
    );
    const parsed = (text: string): unknown => {
      try {
        return [JSON.parse(text)];
      } catch {
        return undefined;
      }
    };
    fc.assert(
      fc.property(base, fc.array(fc.tuple(piece, piece), { maxLength: 8 }), (form, fills) => {
        const data = fills.map(([one, other]) =>
          form.replace('#', () => one).replace('#', () => other),
        );
        for (const [at, one] of decode(...data).entries()) {
          const { frame } = one;
          if (frame === undefined) continue;
          const { marks, json: marked } = frame.sample();
          const told = marked === undefined ? undefined : [unmarked(marked, marks, one.texts!)];
          expect(told).toEqual(parsed(data[at]!));
        }
      }),
      { numRuns: 3000 },
    );
  });
});
