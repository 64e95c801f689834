import { expect, it } from 'vitest';
import { deltasOfReply, sampleReplies, writeStream } from './dialect-suite.ts';
import { openaiResponses } from './openai-responses.ts';
import { responsesAnswerFields, responsesNeutralFields } from './openai-responses-identity.ts';
import {
  expectValid,
  propertiesOf,
  schemaFile,
  schemas,
  validator,
} from './openai-schema-support.ts';
import { chatCall, describeData, eventsOf } from './test-support.ts';
import type { JsonObject, ModelCall } from './types.ts';

const url = new URL('http://gateway.test/v1/responses');
const read = (fields: JsonObject = {}): ModelCall =>
  openaiResponses.readCall({ model: 'm', input: 'Hi', ...fields }, 'chat', url);

describeData('the published schema of the Responses API', schemaFile, () => {
  it('has no request field whose effect on the answer is undecided', () => {
    const all = schemas();
    const fields = [...propertiesOf(all['CreateResponse'] as JsonObject, all)];
    expect(fields.length).toBeGreaterThan(20);
    expect(
      fields.filter(
        (field) => !responsesAnswerFields.has(field) && !responsesNeutralFields.has(field),
      ),
    ).toEqual([]);
  });

  it('accepts replies of other formats, whole', () => {
    const validate = validator('Response');
    expect(validate({ id: 'resp_1' })).toBe(false);
    for (const [name, reply] of Object.entries(sampleReplies))
      expectValid(validate, openaiResponses.writeReply(reply, read()), name);
  });

  it('accepts replies of other formats, as streams', () => {
    const validate = validator('ResponseStreamEvent');
    for (const [name, reply] of Object.entries(sampleReplies))
      for (const event of writeStream(
        openaiResponses,
        read({ stream: true }),
        deltasOfReply(reply),
      ))
        expectValid(validate, event.json(), name);
  });

  it('accepts what a stored reply is replayed as', () => {
    const validate = validator('ResponseStreamEvent');
    for (const [name, reply] of Object.entries(sampleReplies)) {
      const body = openaiResponses.writeReply(reply, read());
      for (const event of eventsOf(openaiResponses.replay(body, read({ stream: true }))))
        expectValid(validate, event.json(), name);
    }
  });

  it('accepts calls of other formats', () => {
    const validate = validator('CreateResponse');
    const content = [
      { type: 'text', text: 'See' },
      { type: 'image_url', image_url: { url: 'https://a.test/b.png' } },
      { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' } },
    ];
    const call = chatCall({
      stream: true,
      messages: [
        { role: 'system', content: 'S' },
        { role: 'user', content },
        {
          role: 'assistant',
          content: 'I look.',
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: '3' },
      ],
      tools: [
        { type: 'function', function: { name: 'f', parameters: { type: 'object' } } },
        { type: 'custom', custom: { name: 'g', format: { type: 'text' } } },
      ],
      tool_choice: { type: 'function', function: { name: 'f' } },
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'n', schema: { type: 'object' } },
      },
      reasoning_effort: 'low',
      max_completion_tokens: 16,
      top_logprobs: 2,
      logprobs: true,
      metadata: { k: 'v' },
    });
    const { body } = openaiResponses.writeCall(call, { notice: () => {} });
    expectValid(validate, body);
  });
});
