/** The OpenAI Responses API on the wire, as far as the neutral form maps it. */
import type { JsonValue } from '../types.ts';

export type ResponsesPart =
  | { readonly type: 'input_text' | 'output_text'; readonly text: string }
  | { readonly type: 'refusal'; readonly refusal: string }
  | {
      readonly type: 'input_image';
      readonly image_url?: string;
      readonly file_id?: string;
      readonly detail?: string;
    }
  | {
      readonly type: 'input_file';
      readonly file_id?: string;
      readonly filename?: string;
      readonly file_data?: string;
      readonly file_url?: string;
    };

export type ResponsesItem =
  | {
      readonly type?: 'message';
      readonly id?: string;
      readonly role: 'system' | 'developer' | 'user' | 'assistant';
      readonly content: string | readonly ResponsesPart[];
    }
  | {
      readonly type: 'function_call';
      readonly id?: string;
      readonly call_id: string;
      readonly name: string;
      readonly arguments: string;
    }
  | {
      readonly type: 'function_call_output';
      readonly call_id: string;
      readonly output: string | readonly ResponsesPart[];
    }
  | {
      readonly type: 'reasoning';
      readonly id?: string;
      readonly summary: readonly { readonly type: 'summary_text'; readonly text: string }[];
      readonly encrypted_content?: string | null;
    }
  /** Hosted tool calls, compaction and whatever comes later. */
  | {
      readonly type: 'web_search_call' | 'code_interpreter_call' | 'compaction';
      readonly id?: string;
    };

export interface ResponsesRequest {
  readonly model: string;
  readonly input: string | readonly ResponsesItem[];
  readonly instructions?: string;
  readonly previous_response_id?: string;
  readonly tools?: readonly (
    | {
        readonly type: 'function';
        readonly name: string;
        readonly description?: string;
        readonly parameters?: JsonValue;
        readonly strict?: boolean;
      }
    | { readonly type: 'web_search' | 'code_interpreter' | 'mcp' }
  )[];
  readonly tool_choice?: JsonValue;
  readonly max_output_tokens?: number;
  readonly temperature?: number;
  readonly top_p?: number;
  readonly reasoning?: { readonly effort?: string; readonly summary?: string };
  readonly text?: { readonly format?: JsonValue };
  readonly store?: boolean;
  readonly stream?: boolean;
  readonly user?: string;
  readonly safety_identifier?: string;
}

export interface ResponsesUsage {
  readonly input_tokens: number;
  readonly input_tokens_details?: {
    readonly cached_tokens?: number;
    readonly cache_write_tokens?: number;
  };
  readonly output_tokens: number;
  readonly output_tokens_details?: { readonly reasoning_tokens?: number };
  readonly total_tokens: number;
}

export interface ResponsesReply {
  readonly id: string;
  readonly object: 'response';
  readonly status: 'completed' | 'failed' | 'in_progress' | 'cancelled' | 'queued' | 'incomplete';
  readonly model: string;
  readonly output: readonly ResponsesItem[];
  readonly error?: { readonly code: string; readonly message: string } | null;
  readonly incomplete_details?: { readonly reason: 'max_output_tokens' | 'content_filter' } | null;
  readonly usage?: ResponsesUsage | null;
}

interface AtPart {
  readonly item_id: string;
  readonly output_index: number;
  readonly content_index: number;
}

/** An event whose name is its `type`. The terminal events repeat the whole reply; there is no `[DONE]`. */
export type ResponsesEvent =
  | {
      readonly type: 'response.created' | 'response.in_progress';
      readonly response: ResponsesReply;
    }
  | {
      readonly type: 'response.output_item.added' | 'response.output_item.done';
      readonly output_index: number;
      readonly item: ResponsesItem;
    }
  | ({
      readonly type: 'response.content_part.added' | 'response.content_part.done';
      readonly part: ResponsesPart;
    } & AtPart)
  | ({
      readonly type: 'response.output_text.delta' | 'response.refusal.delta';
      readonly delta: string;
    } & AtPart)
  | ({ readonly type: 'response.output_text.done'; readonly text: string } & AtPart)
  | ({ readonly type: 'response.refusal.done'; readonly refusal: string } & AtPart)
  | {
      readonly type: 'response.reasoning_summary_text.delta';
      readonly item_id: string;
      readonly output_index: number;
      readonly summary_index: number;
      readonly delta: string;
    }
  | {
      readonly type: 'response.function_call_arguments.delta';
      readonly item_id: string;
      readonly output_index: number;
      readonly delta: string;
    }
  | {
      readonly type: 'response.function_call_arguments.done';
      readonly item_id: string;
      readonly output_index: number;
      readonly arguments: string;
    }
  | {
      readonly type: 'response.completed' | 'response.incomplete' | 'response.failed';
      readonly response: ResponsesReply;
    }
  | {
      readonly type: 'error';
      readonly code?: string | null;
      readonly message: string;
      readonly param?: string | null;
    };
