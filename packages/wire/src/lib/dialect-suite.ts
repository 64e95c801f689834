/** What every dialect must do with replies: one suite for all of them. Not part of any entry. */
import type { SseEvent } from '@wintergate/core';
import { describe, expect, it } from 'vitest';
import { replyOf, type Told, toldBy } from './test-support.ts';
import type { Dialect, ModelCall, NeutralDelta, NeutralPart, NeutralReply } from './types.ts';

/** What a dialect's own suite says about it. */
export interface DialectFacts {
  /** A minimal call that streams, and asks for usage where that is asked for, or does not stream. */
  call(stream: boolean): ModelCall;
  /** Whether an answer says on its own whether it refused; else a refusal is text. @default false */
  readonly refusals?: boolean;
}

const usage = { inputTokens: 9, outputTokens: 5 };

function sample(
  parts: readonly NeutralPart[],
  finish: 'stop' | 'length' | 'tool-calls',
): NeutralReply {
  const said = (type: 'text' | 'reasoning' | 'refusal'): string =>
    parts.map((part) => (part.type === type ? part.text : '')).join('');
  return {
    dialect: 'none',
    id: 'r1',
    model: 'm',
    created: 1,
    choices: [
      {
        text: said('text'),
        reasoning: said('reasoning'),
        refusal: said('refusal'),
        toolCalls: parts.filter((part) => part.type === 'tool-call'),
        parts,
        finish,
      },
    ],
    usage,
  };
}

const call = (id: string, text: string): NeutralPart => ({
  type: 'tool-call',
  id,
  name: 'get_weather',
  arguments: text,
});

/** Answers that every dialect must be able to tell. */
export const sampleReplies: Readonly<Record<string, NeutralReply>> = {
  text: sample([{ type: 'text', text: 'Hello “wörld”\n\n🌦' }], 'stop'),
  'cut text': sample([{ type: 'text', text: 'Hel' }], 'length'),
  reasoning: sample(
    [
      { type: 'reasoning', text: 'Two and two' },
      { type: 'text', text: '4' },
    ],
    'stop',
  ),
  'a tool call': sample([call('call_a', '{"city":"Oslo"}')], 'tool-calls'),
  'text and parallel tool calls': sample(
    [
      { type: 'text', text: 'Looking.' },
      call('call_a', '{"city":"Oslo"}'),
      call('call_b', '{"city":"Bergen","days":[1,2]}'),
    ],
    'tool-calls',
  ),
  'a tool call without arguments': sample([call('call_a', '{}')], 'tool-calls'),
};

/** The reply as a stream tells it, in pieces. */
export function deltasOfReply(reply: NeutralReply): NeutralDelta[] {
  const deltas: NeutralDelta[] = [{ type: 'start', id: 'r1', model: 'm', created: 1 }];
  for (const [choice, { parts, finish }] of reply.choices.entries()) {
    let index = 0;
    for (const part of parts) {
      if (part.type === 'tool-call') {
        const { id, name, arguments: text } = part;
        deltas.push({ type: 'tool-call', choice, index, id, name, arguments: '' });
        for (const piece of pieces(text))
          deltas.push({ type: 'tool-call', choice, index, arguments: piece });
        index++;
      } else if (part.type === 'text' || part.type === 'reasoning' || part.type === 'refusal') {
        for (const text of pieces(part.text)) deltas.push({ type: part.type, choice, text });
      }
    }
    if (finish !== undefined) deltas.push({ type: 'finish', choice, reason: finish, raw: finish });
  }
  if (reply.usage !== undefined) deltas.push({ type: 'usage', usage: reply.usage });
  return deltas;
}

function pieces(text: string): string[] {
  const all = [...text];
  const half = Math.ceil(all.length / 2);
  return [all.slice(0, half).join(''), all.slice(half).join('')].filter((piece) => piece !== '');
}

/** All events that a dialect writes for these deltas. */
export function writeStream(
  dialect: Dialect,
  given: ModelCall,
  deltas: readonly NeutralDelta[],
): SseEvent[] {
  const writer = dialect.createWriter(given);
  return [...deltas.flatMap((delta) => [...writer.push(delta)]), ...writer.end()];
}

/** Runs the suite. */
export function testDialect(dialect: Dialect, facts: DialectFacts): void {
  describe(`${dialect.id}: replies of other dialects`, () => {
    for (const [name, reply] of Object.entries(sampleReplies)) {
      const expected = without(toldBy(reply));

      it(`tells ${name} whole`, () => {
        const given = facts.call(false);
        const body = dialect.writeReply(reply, given);
        expect(without(toldBy(dialect.readReply(body, given)))).toEqual(expected);
        expect(dialect.writeReply(dialect.readReply(body, given), given)).toEqual(body);
      });

      it(`tells ${name} as a stream`, () => {
        const given = facts.call(true);
        const decoder = dialect.createDecoder(given);
        const deltas = writeStream(dialect, given, deltasOfReply(reply)).flatMap((event) => [
          ...decoder.push(event),
        ]);
        expect(decoder.complete).toBe(true);
        expect(without(replyOf(deltas))).toEqual(expected);
        expect(deltas.filter(({ type }) => type === 'done')).toHaveLength(1);
      });

      it(`assembles ${name} from its stream`, () => {
        const given = facts.call(true);
        const assembler = dialect.createAssembler(given);
        for (const event of writeStream(dialect, given, deltasOfReply(reply)))
          assembler.push(event);
        const body = assembler.result();
        expect(body).toBeDefined();
        expect(without(toldBy(dialect.readReply(body, given)))).toEqual(expected);
      });
    }

    it('ends with an error of its own form, and nothing after it', () => {
      const given = facts.call(true);
      const events = writeStream(dialect, given, [
        { type: 'start', id: 'r1', model: 'm' },
        { type: 'text', choice: 0, text: 'Hel' },
        { type: 'error', error: { message: 'It broke', type: 'server_error', status: 500 } },
      ]);
      const decoder = dialect.createDecoder(given);
      const deltas = events.flatMap((event) => [...decoder.push(event)]);
      expect(deltas.at(-1)).toMatchObject({ type: 'error', error: { message: 'It broke' } });
      expect(decoder.complete).toBe(false);
    });
  });
}

/** Ids of replies are each dialect's own, and a count of nothing is as good as none. */
function without({ id: _, usage: counts, ...told }: Told): Omit<Told, 'id'> {
  const counted = Object.entries(counts ?? {}).filter(([, count]) => count !== 0);
  return { ...told, usage: Object.fromEntries(counted) as unknown as typeof usage };
}
