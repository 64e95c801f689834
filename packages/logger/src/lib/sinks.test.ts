import { describe, expect, it } from 'vitest';
import { consoleSink, toLine } from './console-sink.ts';
import { jsonLinesSink } from './json-lines-sink.ts';
import { memorySink } from './memory-sink.ts';

const record = {
  timestamp: '2026-11-22T12:00:01.234Z',
  'wintergate.request_id': 'id-1',
  'http.request.method': 'POST',
  'url.path': '/v1/chat/completions',
  'http.response.status_code': 200,
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'fast',
  'gen_ai.response.model': 'gpt-4o-mini',
  'gen_ai.response.time_to_first_chunk': 0.21,
  'gen_ai.usage.input_tokens': 123,
  'gen_ai.usage.output_tokens': 45,
  'wintergate.duration_ms': 811.6,
  'wintergate.cost_usd': 0.0000451,
  'wintergate.outcome.source': 'upstream',
};

describe('toLine()', () => {
  it('says the most important in one line', () => {
    expect(toLine(record)).toBe(
      '12:00:01.234 200 chat fast→gpt-4o-mini openai 812ms first 210ms 123+45 tokens $0.0000451 id=id-1',
    );
  });

  it('says what is out of the ordinary', () => {
    const line = toLine({
      ...record,
      'http.response.status_code': 503,
      'error.type': 'overload',
      'wintergate.usage.estimated': true,
      'wintergate.cost_usd': 0,
      'wintergate.cache': { result: 'hit', tier: 'semantic' },
      'wintergate.limits': [
        { limit: 'rpm', allowed: false },
        { limit: 'day', allowed: true },
      ],
      'wintergate.verdicts': [{ verdict: 'block' }, { verdict: 'allow' }],
      'wintergate.attempts': [{ attempt: 1 }, { attempt: 2 }],
      'wintergate.log.dropped': 7,
    });
    expect(line).toBe(
      '12:00:01.234 503 chat fast→gpt-4o-mini openai 812ms first 210ms ~123+45 tokens $0 cache=hit/semantic limit=rpm guard=block attempts=2 error=overload dropped=7 id=id-1',
    );
  });

  it('names method and path where there is no call', () => {
    const { timestamp } = record;
    expect(toLine({ timestamp, 'http.request.method': 'GET', 'url.path': '/healthz' })).toBe(
      '12:00:01.234 GET /healthz',
    );
  });

  it('lets nobody forge a line or move the cursor', () => {
    const line = toLine({
      ...record,
      'gen_ai.request.model': 'a\n12:00 200\u001b[2J\u2028\u202e\u0085b',
    });
    expect(line).toContain('a?12:00 200?[2J???b→gpt-4o-mini');
  });
});

describe('consoleSink()', () => {
  it('writes a line for each record', () => {
    const lines: string[] = [];
    void consoleSink({ write: (line) => lines.push(line) }).write([record, record]);
    expect(lines).toEqual([toLine(record), toLine(record)]);
  });
});

describe('jsonLinesSink()', () => {
  it('writes a batch as whole lines in one piece', () => {
    const pieces: string[] = [];
    void jsonLinesSink((lines) => void pieces.push(lines)).write([{ a: 'x\ny' }, { b: [1, true] }]);
    expect(pieces).toEqual(['{"a":"x\\ny"}\n{"b":[1,true]}\n']);
  });

  it('escapes what other readers take for the end of a line, or a terminal for an order', () => {
    const pieces: string[] = [];
    const record = { model: 'a\u0085b\u2028c\u2029d\u009be\u007ff' };
    void jsonLinesSink((lines) => void pieces.push(lines)).write([record]);
    expect(pieces[0]).toMatch(/^[\x20-\x7e]+\n$/);
    expect(JSON.parse(pieces[0] ?? '')).toEqual(record);
  });

  it('lets the queue wait for what is written', async () => {
    let written = false;
    const sink = jsonLinesSink(async () => void (written = true));
    await sink.write([record]);
    expect(written).toBe(true);
  });
});

describe('memorySink()', () => {
  it('keeps the last records, oldest first', () => {
    const sink = memorySink({ maxRecords: 3 });
    const seen: number[][] = [];
    for (const batch of [[1], [2, 3], [4], [5, 6, 7, 8, 9]]) {
      void sink.write(batch.map((n) => ({ n })));
      seen.push(sink.records.map(({ n }) => n as number));
    }
    expect(seen).toEqual([[1], [1, 2, 3], [2, 3, 4], [7, 8, 9]]);
  });

  it('hands out arrays that later records leave alone', () => {
    const sink = memorySink();
    const before = sink.records;
    void sink.write([record]);
    expect([before, sink.records]).toEqual([[], [record]]);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses room for %s records', (maxRecords) => {
    expect(() => memorySink({ maxRecords })).toThrow('Expected "maxRecords"');
  });
});

it('sinks refuse names that they do not know', () => {
  expect(() => memorySink({ records: 5 } as never)).toThrow(
    'Remove "records" from the options of memorySink(): it knows maxRecords',
  );
  expect(() => consoleSink({ log: () => {} } as never)).toThrow(
    'Remove "log" from the options of consoleSink(): it knows write',
  );
});
