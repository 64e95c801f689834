/** Anthropic Messages on the wire, as far as the neutral form maps it. */
import type { JsonValue } from '../types.ts';

export type AnthropicSource =
  | { readonly type: 'base64'; readonly media_type: string; readonly data: string }
  | { readonly type: 'url'; readonly url: string }
  | { readonly type: 'file'; readonly file_id: string };

export type AnthropicBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly source: AnthropicSource }
  | {
      readonly type: 'document';
      readonly source: AnthropicSource | { readonly type: 'text'; readonly data: string };
    }
  | { readonly type: 'thinking'; readonly thinking: string; readonly signature: string }
  | { readonly type: 'redacted_thinking'; readonly data: string }
  | {
      readonly type: 'tool_use';
      readonly id: string;
      readonly name: string;
      readonly input: JsonValue;
    }
  | {
      readonly type: 'tool_result';
      readonly tool_use_id: string;
      readonly content?: string | readonly AnthropicBlock[];
      readonly is_error?: boolean;
    };

export interface AnthropicRequest {
  readonly model: string;
  readonly max_tokens: number;
  readonly system?: string | readonly { readonly type: 'text'; readonly text: string }[];
  readonly messages: readonly {
    readonly role: 'user' | 'assistant' | 'system';
    readonly content: string | readonly AnthropicBlock[];
  }[];
  readonly tools?: readonly {
    readonly name: string;
    readonly description?: string;
    readonly input_schema?: JsonValue;
    /** Present for Anthropic's own tools. */
    readonly type?: string;
    readonly strict?: boolean;
  }[];
  readonly tool_choice?: JsonValue;
  readonly temperature?: number;
  readonly top_p?: number;
  readonly stop_sequences?: readonly string[];
  readonly thinking?: JsonValue;
  readonly output_config?: { readonly effort?: string; readonly format?: JsonValue };
  readonly metadata?: { readonly user_id?: string | null };
  readonly stream?: boolean;
}

export type AnthropicStop =
  | 'end_turn'
  | 'stop_sequence'
  | 'max_tokens'
  | 'model_context_window_exceeded'
  | 'tool_use'
  | 'refusal'
  | 'pause_turn';

/** `input_tokens` leaves cached tokens out; in a stream the counts are cumulative. */
export interface AnthropicUsage {
  readonly input_tokens?: number | null;
  readonly cache_read_input_tokens?: number | null;
  readonly cache_creation_input_tokens?: number | null;
  readonly output_tokens: number;
  readonly output_tokens_details?: { readonly thinking_tokens?: number };
}

export interface AnthropicReply {
  readonly id: string;
  readonly type: 'message';
  readonly role: 'assistant';
  readonly model: string;
  readonly content: readonly AnthropicBlock[];
  readonly stop_reason: AnthropicStop | null;
  readonly usage: AnthropicUsage;
}

export interface AnthropicErrorBody {
  readonly type: 'error';
  readonly error: { readonly type: string; readonly message: string };
}

export type AnthropicDelta =
  | { readonly type: 'text_delta'; readonly text: string }
  | { readonly type: 'input_json_delta'; readonly partial_json: string }
  | { readonly type: 'thinking_delta'; readonly thinking: string }
  | { readonly type: 'signature_delta'; readonly signature: string };

/** An event whose name is its `type`. The end marker is `message_stop`. */
export type AnthropicEvent =
  | { readonly type: 'message_start'; readonly message: AnthropicReply }
  | {
      readonly type: 'content_block_start';
      readonly index: number;
      readonly content_block: AnthropicBlock;
    }
  | { readonly type: 'content_block_delta'; readonly index: number; readonly delta: AnthropicDelta }
  | { readonly type: 'content_block_stop'; readonly index: number }
  | {
      readonly type: 'message_delta';
      readonly delta: { readonly stop_reason: AnthropicStop | null };
      readonly usage?: AnthropicUsage;
    }
  | { readonly type: 'message_stop' }
  | { readonly type: 'ping' }
  | AnthropicErrorBody;
