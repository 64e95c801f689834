/** OpenAI chat completions on the wire, as far as the neutral form maps it. Other fields survive unread. */
import type { JsonValue } from '../types.ts';

export type ChatPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'refusal'; readonly refusal: string }
  | {
      readonly type: 'image_url';
      readonly image_url: { readonly url: string; readonly detail?: string };
    }
  | {
      readonly type: 'input_audio';
      readonly input_audio: { readonly data: string; readonly format: string };
    }
  | {
      readonly type: 'file';
      readonly file: {
        readonly file_id?: string;
        readonly filename?: string;
        readonly file_data?: string;
      };
    };

export type ChatToolCall =
  | {
      readonly id: string;
      readonly type: 'function';
      readonly function: { readonly name: string; readonly arguments: string };
    }
  | {
      readonly id: string;
      readonly type: 'custom';
      readonly custom: { readonly name: string; readonly input: string };
    };

export type ChatMessage =
  | {
      readonly role: 'system' | 'developer' | 'user';
      readonly content: string | readonly ChatPart[];
      readonly name?: string;
    }
  | {
      readonly role: 'assistant';
      readonly content?: string | readonly ChatPart[] | null;
      readonly refusal?: string | null;
      readonly tool_calls?: readonly ChatToolCall[];
    }
  | {
      readonly role: 'tool';
      readonly tool_call_id: string;
      readonly content: string | readonly ChatPart[];
    };

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly tools?: readonly {
    readonly type: 'function';
    readonly function: {
      readonly name: string;
      readonly description?: string;
      readonly parameters?: JsonValue;
      readonly strict?: boolean;
    };
  }[];
  readonly tool_choice?: JsonValue;
  readonly temperature?: number;
  readonly top_p?: number;
  readonly max_completion_tokens?: number;
  readonly stop?: string | readonly string[];
  readonly seed?: number;
  readonly n?: number;
  readonly reasoning_effort?: string;
  readonly response_format?: JsonValue;
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly user?: string;
  readonly safety_identifier?: string;
}

export type ChatFinish = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'function_call';

export interface ChatUsage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly prompt_tokens_details?: {
    readonly cached_tokens?: number;
    readonly cache_write_tokens?: number;
  };
  readonly completion_tokens_details?: { readonly reasoning_tokens?: number };
}

export interface ChatReply {
  readonly id: string;
  readonly object: 'chat.completion';
  readonly created: number;
  readonly model: string;
  readonly choices: readonly {
    readonly index: number;
    readonly message: {
      readonly role: 'assistant';
      readonly content: string | null;
      readonly refusal: string | null;
      readonly tool_calls?: readonly ChatToolCall[];
    };
    readonly finish_reason: ChatFinish;
  }[];
  readonly usage?: ChatUsage;
}

/** An event without a name. The last one is not JSON: `[DONE]`. */
export type ChatEvent =
  | {
      readonly id: string;
      readonly object: 'chat.completion.chunk';
      readonly model: string;
      readonly choices: readonly {
        readonly index: number;
        readonly delta: {
          readonly role?: 'assistant';
          readonly content?: string | null;
          readonly refusal?: string | null;
          readonly tool_calls?: readonly {
            readonly index: number;
            readonly id?: string;
            readonly function?: { readonly name?: string; readonly arguments?: string };
          }[];
        };
        readonly finish_reason: ChatFinish | null;
      }[];
      readonly usage?: ChatUsage | null;
    }
  | {
      readonly error: {
        readonly message: string;
        readonly type?: string;
        readonly code?: string | number | null;
        readonly param?: string | null;
      };
    }
  | '[DONE]';
