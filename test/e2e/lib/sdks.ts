/** The SDKs that callers use, each asked for the same things and heard in the same words. */
import { createOpenAI } from '@ai-sdk/openai';
import Anthropic from '@anthropic-ai/sdk';
import { type GenerateContentResponse, GoogleGenAI } from '@google/genai';
import type { AIMessageChunk, UsageMetadata } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { generateText, jsonSchema, streamText, type ToolSet, tool } from 'ai';
import OpenAI from 'openai';

export interface Heard {
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly input: unknown }[];
  readonly input: number | undefined;
  readonly output: number | undefined;
}

export interface Asked {
  readonly model: string;
  readonly prompt: string;
  readonly tools: boolean;
}

export interface Sdk {
  readonly name: string;
  /** Knows no tools. */
  readonly textOnly?: true;
  ask(url: string, asked: Asked): Promise<Heard>;
  stream(url: string, asked: Asked): Promise<Heard>;
}

const description = 'Tells the weather.';
const parameters = {
  type: 'object' as const,
  properties: { city: { type: 'string' as const } },
  required: ['city'],
  additionalProperties: true,
};

const openaiOf = (url: string) =>
  new OpenAI({ apiKey: 'caller', baseURL: `${url}/v1`, maxRetries: 0 });
const chatTools = [
  { type: 'function' as const, function: { name: 'get_weather', description, parameters } },
];
const chatBody = ({ model, prompt, tools }: Asked) => ({
  model,
  messages: [{ role: 'user' as const, content: prompt }],
  ...(tools && { tools: chatTools }),
});
function heardChat({ choices, usage }: OpenAI.ChatCompletion): Heard {
  const { message } = choices[0] as OpenAI.ChatCompletion.Choice;
  return {
    text: message.content ?? '',
    calls: (message.tool_calls ?? []).map((call) => {
      if (call.type === 'custom') return { name: call.custom.name, input: call.custom.input };
      return { name: call.function.name, input: JSON.parse(call.function.arguments) };
    }),
    input: usage?.prompt_tokens,
    output: usage?.completion_tokens,
  };
}

const chat: Sdk = {
  name: 'openai chat',
  ask: async (url, asked) =>
    heardChat(await openaiOf(url).chat.completions.create(chatBody(asked))),
  async stream(url, asked) {
    const stream = openaiOf(url).chat.completions.stream({
      ...chatBody(asked),
      stream_options: { include_usage: true },
    });
    return heardChat(await stream.finalChatCompletion());
  },
};

const completions: Sdk = {
  name: 'openai completions',
  textOnly: true,
  async ask(url, { model, prompt }) {
    const { choices, usage } = await openaiOf(url).completions.create({ model, prompt });
    return heardCompletion(choices.map(({ text }) => text).join(''), usage);
  },
  async stream(url, { model, prompt }) {
    const stream_options = { include_usage: true };
    const body = { model, prompt, stream: true as const, stream_options };
    let text = '';
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const event of await openaiOf(url).completions.create(body)) {
      for (const choice of event.choices) text += choice.text;
      usage = event.usage ?? usage;
    }
    return heardCompletion(text, usage);
  },
};
function heardCompletion(text: string, usage: OpenAI.CompletionUsage | null | undefined): Heard {
  return { text, calls: [], input: usage?.prompt_tokens, output: usage?.completion_tokens };
}

const responsesBody = ({ model, prompt, tools }: Asked) => ({
  model,
  input: prompt,
  ...(tools && {
    tools: [
      { type: 'function' as const, name: 'get_weather', description, parameters, strict: false },
    ],
  }),
});
function heardResponse({ output, usage }: OpenAI.Responses.Response): Heard {
  return {
    text: output
      .flatMap((item) => (item.type === 'message' ? item.content : []))
      .map((part) => (part.type === 'output_text' ? part.text : ''))
      .join(''),
    calls: output.flatMap((item) => {
      if (item.type === 'custom_tool_call') return { name: item.name, input: item.input };
      const isCall = item.type === 'function_call';
      return isCall ? { name: item.name, input: JSON.parse(item.arguments) } : [];
    }),
    input: usage?.input_tokens,
    output: usage?.output_tokens,
  };
}

const responses: Sdk = {
  name: 'openai responses',
  ask: async (url, asked) =>
    heardResponse(await openaiOf(url).responses.create(responsesBody(asked))),
  stream: async (url, asked) =>
    heardResponse(await openaiOf(url).responses.stream(responsesBody(asked)).finalResponse()),
};

const anthropicOf = (url: string) =>
  new Anthropic({ apiKey: 'caller', baseURL: url, maxRetries: 0 });
const messagesBody = ({ model, prompt, tools }: Asked) => ({
  model,
  max_tokens: 100,
  messages: [{ role: 'user' as const, content: prompt }],
  ...(tools && { tools: [{ name: 'get_weather', description, input_schema: parameters }] }),
});
function heardMessage({ content, usage }: Anthropic.Message): Heard {
  return {
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    calls: content.flatMap((block) =>
      block.type === 'tool_use' ? { name: block.name, input: block.input } : [],
    ),
    input: usage.input_tokens,
    output: usage.output_tokens,
  };
}

const messages: Sdk = {
  name: 'anthropic',
  ask: async (url, asked) =>
    heardMessage(await anthropicOf(url).messages.create(messagesBody(asked))),
  stream: async (url, asked) =>
    heardMessage(await anthropicOf(url).messages.stream(messagesBody(asked)).finalMessage()),
};

const googleOf = (url: string) =>
  new GoogleGenAI({ apiKey: 'caller', httpOptions: { baseUrl: url } });
const generateBody = ({ model, prompt, tools }: Asked) => ({
  model,
  contents: prompt,
  ...(tools && {
    config: {
      tools: [
        {
          functionDeclarations: [
            { name: 'get_weather', description, parametersJsonSchema: parameters },
          ],
        },
      ],
    },
  }),
});
function heardContents(chunks: readonly GenerateContentResponse[]): Heard {
  const usage = chunks
    .map(({ usageMetadata }) => usageMetadata)
    .filter(Boolean)
    .at(-1);
  const parts = chunks.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? []);
  return {
    text: parts.map(({ text, thought }) => (thought ? '' : (text ?? ''))).join(''),
    calls: parts.flatMap(({ functionCall }) =>
      functionCall === undefined ? [] : { name: functionCall.name ?? '', input: functionCall.args },
    ),
    input: usage?.promptTokenCount,
    output: usage?.candidatesTokenCount,
  };
}

const genai: Sdk = {
  name: 'google genai',
  ask: async (url, asked) =>
    heardContents([await googleOf(url).models.generateContent(generateBody(asked))]),
  async stream(url, asked) {
    const chunks: GenerateContentResponse[] = [];
    for await (const chunk of await googleOf(url).models.generateContentStream(generateBody(asked)))
      chunks.push(chunk);
    return heardContents(chunks);
  },
};

const aiModel = (url: string, model: string, api: 'chat' | 'responses') =>
  createOpenAI({ apiKey: 'caller', baseURL: `${url}/v1` })[api](model);
const aiCall = (url: string, { model, prompt, tools }: Asked, api: 'chat' | 'responses') => ({
  model: aiModel(url, model, api),
  prompt,
  maxRetries: 0,
  ...(tools && {
    tools: {
      get_weather: tool({ description, inputSchema: jsonSchema<object>(parameters) }),
    } as ToolSet,
  }),
});

function aiSdk(api: 'chat' | 'responses'): Sdk {
  return {
    name: `ai sdk ${api}`,
    async ask(url, asked) {
      const { text, toolCalls, usage } = await generateText(aiCall(url, asked, api));
      const calls = toolCalls.map(({ toolName, input }) => ({ name: toolName, input }));
      return { text, calls, input: usage.inputTokens, output: usage.outputTokens };
    },
    async stream(url, asked) {
      let failure: unknown;
      const result = streamText({
        ...aiCall(url, asked, api),
        onError: ({ error }) => {
          failure = error;
        },
      });
      try {
        const [text, toolCalls, usage] = await Promise.all([
          result.text,
          result.toolCalls,
          result.usage,
        ]);
        if (failure === undefined) {
          const calls = toolCalls.map(({ toolName, input }) => ({ name: toolName, input }));
          return { text, calls, input: usage.inputTokens, output: usage.outputTokens };
        }
      } catch (error) {
        throw failure ?? error;
      }
      // What came before it is given all the same.
      throw failure;
    },
  };
}

function langchainOf(url: string, { model, tools }: Asked) {
  const made = new ChatOpenAI({
    model,
    apiKey: 'caller',
    maxRetries: 0,
    streamUsage: true,
    configuration: { baseURL: `${url}/v1` },
  });
  return tools ? made.bindTools(chatTools) : made;
}

function heardLangchain(message: AIMessageChunk): Heard {
  // Its type takes this for absent, depending on the message's own type argument.
  const usage = message.usage_metadata as UsageMetadata | undefined;
  return {
    text: message.text,
    calls: (message.tool_calls ?? []).map(({ name, args }) => ({ name, input: args })),
    input: usage?.input_tokens,
    output: usage?.output_tokens,
  };
}

const langchain: Sdk = {
  name: 'langchain openai',
  ask: async (url, asked) =>
    heardLangchain((await langchainOf(url, asked).invoke(asked.prompt)) as AIMessageChunk),
  async stream(url, asked) {
    const chunks: AIMessageChunk[] = [];
    for await (const chunk of await langchainOf(url, asked).stream(asked.prompt))
      chunks.push(chunk as AIMessageChunk);
    return heardLangchain(chunks.reduce((all, chunk) => all.concat(chunk)));
  },
};

export const sdks: readonly Sdk[] = [
  chat,
  completions,
  responses,
  messages,
  genai,
  aiSdk('chat'),
  aiSdk('responses'),
  langchain,
];

/** The status of an error that an SDK throws: they name it differently. */
export function statusOf(error: unknown): unknown {
  const { status, statusCode, code } = error as Record<string, unknown>;
  return status ?? statusCode ?? code;
}
