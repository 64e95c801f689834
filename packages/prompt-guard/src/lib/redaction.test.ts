import { describe, expect, it } from 'vitest';
import { ask, type Exchange, exchange, reply, stream, textOf } from './test-exchange.ts';
import { card, email, secrets } from './test-values.ts';

describe('promptGuard() redacting', () => {
  const both = { email: 'redact' } as const;

  it('hides values inside and puts them back outside, numbered by first appearance', async () => {
    const { sent, body } = await exchange(
      both,
      ask(`Write to ${email} and bob@example.org, then ${email}. Card ${card}`),
      reply('To [EMAIL_1], cc [EMAIL_2]; card [CARD_1], not [EMAIL_3]'),
    );
    expect(sent!.messages[0]!.content).toBe(
      'Write to [EMAIL_1] and [EMAIL_2], then [EMAIL_1]. Card [CARD_1]',
    );
    expect(JSON.parse(body).choices[0].message.content).toBe(
      `To ${email}, cc bob@example.org; card ${card}, not [EMAIL_3]`,
    );
  });

  it('escapes what only looks like a placeholder', async () => {
    const { sent, body } = await exchange(
      both,
      ask(`[EMAIL_1] and EMAIL_2 stand for ${email}`),
      reply('[LITERAL_1], [LITERAL_2], [EMAIL_1]'),
    );
    expect(sent!.messages[0]!.content).toBe('[LITERAL_1] and [LITERAL_2] stand for [EMAIL_1]');
    expect(textOf({ body } as Exchange)).toBe(`[EMAIL_1], EMAIL_2, ${email}`);
  });

  it('leaves placeholders alone where nothing is redacted', async () => {
    const { sent } = await exchange(both, ask('What does [EMAIL_1] mean?'));
    expect(sent!.messages[0]!.content).toBe('What does [EMAIL_1] mean?');
  });

  it.each(['[email_1]', '[EMAIL 1]', '[ Email-1 ]', '\\[EMAIL\\_1\\]', 'EMAIL_1', '[Email1]'])(
    'restores %s in a stream at every cut',
    async (form) => {
      for (let at = 1; at < form.length; at++) {
        const answer = stream(['a ', form.slice(0, at), form.slice(at), ' b']);
        expect(textOf(await exchange(both, ask(email), answer))).toBe(`a ${email} b`);
      }
    },
  );

  it('does not give the caller what stands in a system text only', async () => {
    const { sent, body } = await exchange(
      {},
      {
        messages: [
          { role: 'system', content: `Use ${secrets['stripe']}` },
          { role: 'user', content: 'Which key?' },
        ],
      },
      reply('It is [SECRET_1]'),
    );
    expect(sent!.messages[0]!.content).toBe('Use [SECRET_1]');
    expect(body).toBe(reply('It is [SECRET_1]'));
  });

  it('hides values in tool arguments and leaves placeholders in new ones, unless told to', async () => {
    const args = JSON.stringify({ to: email, note: 'a "b"' });
    const call = {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 't', type: 'function', function: { name: 'f', arguments: args } }],
    };
    const given = {
      messages: [
        { role: 'user', content: 'again' },
        call,
        { role: 'tool', tool_call_id: 't', content: 'sent' },
      ],
    };
    const again = {
      content: null,
      tool_calls: [
        { id: 'u', type: 'function', function: { name: 'f', arguments: '{"to":"[EMAIL_1]"}' } },
      ],
    };
    const kept = await exchange(both, given, reply('', again));
    expect(JSON.stringify(kept.sent)).toContain('[EMAIL_1]');
    expect(JSON.stringify(kept.sent)).not.toContain(email);
    expect(JSON.parse(kept.body).choices[0].message.tool_calls[0].function.arguments).toBe(
      '{"to":"[EMAIL_1]"}',
    );
    const restored = await exchange(
      { ...both, restoreToolArguments: true },
      given,
      reply('', again),
    );
    expect(JSON.parse(restored.body).choices[0].message.tool_calls[0].function.arguments).toBe(
      JSON.stringify({ to: email }),
    );
  });
});
