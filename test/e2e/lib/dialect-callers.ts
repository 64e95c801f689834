/** A chat call in each dialect, and what its reply says. */

export interface Asked {
  readonly text: string;
  readonly most: number;
  readonly stream: boolean;
}

export interface Said {
  readonly text: string;
  /** The dialect's own sign that all of it is there. */
  readonly done: boolean;
  readonly failed: boolean;
}

export interface DialectCaller {
  path(asked: Asked): string;
  body(asked: Asked): object;
  /** The text of a JSON reply. */
  json(reply: never): string | undefined;
  /** What an event adds. */
  event(data: never): Partial<Said>;
}

interface Parts {
  readonly parts?: readonly { readonly text?: string }[];
}
interface GoogleReply {
  readonly candidates?: readonly { readonly content?: Parts; readonly finishReason?: string }[];
}
interface ChatReply {
  readonly choices: readonly {
    readonly message?: { readonly content: string };
    readonly delta?: { readonly content?: string };
  }[];
}
interface MessagesEvent {
  readonly type: string;
  readonly delta?: { readonly text?: string };
}
interface ResponsesEvent {
  readonly type: string;
  readonly delta?: string;
}

const textOf = (list: readonly { readonly text?: string }[] = []): string =>
  list.map(({ text }) => text ?? '').join('');

export const callers: Readonly<Record<string, DialectCaller>> = {
  chat: {
    path: () => '/v1/chat/completions',
    body: ({ text, most, stream }) => ({
      ...{ model: 'm', max_tokens: most, stream },
      messages: [{ role: 'user', content: text }],
    }),
    json: ({ choices }: ChatReply) => choices[0]?.message?.content,
    event: ({ choices }: ChatReply) => ({ text: choices[0]?.delta?.content ?? '' }),
  },
  messages: {
    path: () => '/v1/messages',
    body: ({ text, most, stream }) => ({
      ...{ model: 'm', max_tokens: most, stream },
      messages: [{ role: 'user', content: text }],
    }),
    json: ({ content }: { readonly content: readonly { readonly text: string }[] }) =>
      textOf(content),
    event: ({ type, delta }: MessagesEvent) => ({
      text: type === 'content_block_delta' ? (delta?.text ?? '') : '',
      done: type === 'message_stop',
    }),
  },
  responses: {
    path: () => '/v1/responses',
    body: ({ text, most, stream }) => ({
      ...{ model: 'm', max_output_tokens: most, stream },
      input: text,
      store: false,
    }),
    json: ({ output }: { readonly output: readonly { readonly content?: Parts['parts'] }[] }) =>
      output.map(({ content }) => textOf(content)).join(''),
    event: ({ type, delta }: ResponsesEvent) => ({
      text: type === 'response.output_text.delta' ? (delta ?? '') : '',
      done: type === 'response.completed',
      failed: type === 'response.failed',
    }),
  },
  google: {
    path: ({ stream }) =>
      `/v1beta/models/m:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: ({ text, most }) => ({
      contents: [{ role: 'user', parts: [{ text }] }],
      generationConfig: { maxOutputTokens: most },
    }),
    json: ({ candidates }: GoogleReply) => textOf(candidates?.[0]?.content?.parts),
    event: ({ candidates }: GoogleReply) => ({
      text: textOf(candidates?.[0]?.content?.parts),
      done: candidates?.[0]?.finishReason !== undefined,
    }),
  },
};

/** Reads a stream of events to its end, error events of every dialect included. */
export function readEvents(caller: DialectCaller, stream: string): Said {
  let [text, done, failed] = ['', false, false];
  for (const block of stream.split('\n\n')) {
    const data = /^data: ?(.*)$/m.exec(block)?.[1];
    if (data === undefined || data === '[DONE]') {
      done ||= data !== undefined;
      continue;
    }
    const value = JSON.parse(data) as { readonly error?: object; readonly type?: string };
    if (value.error || value.type === 'error') failed = true;
    else {
      const said = caller.event(value as never);
      text += said.text ?? '';
      done ||= said.done === true;
      failed ||= said.failed === true;
    }
  }
  return { text, done, failed };
}
