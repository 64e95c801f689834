/**
 * Every field that the published SDKs can send is decided: it is part of a cached call's key, or on the list
 * of those that can not change the answer. A new one in a newer SDK fails the check of types here.
 */
import type { MessageCreateParamsNonStreaming } from '@anthropic-ai/sdk/resources/messages';
import type { GenerateContentParameters } from '@google/genai';
import type { ChatCompletionCreateParamsNonStreaming } from 'openai/resources/chat/completions';
import type { EmbeddingCreateParams } from 'openai/resources/embeddings';
import type { ResponseCreateParamsNonStreaming } from 'openai/resources/responses/responses';
import type {
  AnthropicAnswerField,
  AnthropicNeutralField,
} from '../../packages/wire/src/lib/anthropic-identity.ts';
import type {
  GoogleAnswerField,
  GoogleNeutralField,
} from '../../packages/wire/src/lib/google-generate-identity.ts';
import type {
  ChatAnswerField,
  ChatNeutralField,
  EmbeddingAnswerField,
  EmbeddingNeutralField,
} from '../../packages/wire/src/lib/identity.ts';
import type {
  ResponsesAnswerField,
  ResponsesNeutralField,
} from '../../packages/wire/src/lib/openai-responses-identity.ts';

/** `never` when all are decided; else the names of those that are not, which the message shows. */
type Undecided<Call, Decided> = Exclude<keyof Call, Decided>;
type None<T extends never> = T;

export type Chat = None<
  Undecided<ChatCompletionCreateParamsNonStreaming, ChatAnswerField | ChatNeutralField>
>;
export type Embeddings = None<
  Undecided<EmbeddingCreateParams, EmbeddingAnswerField | EmbeddingNeutralField>
>;
export type Responses = None<
  Undecided<ResponseCreateParamsNonStreaming, ResponsesAnswerField | ResponsesNeutralField>
>;
export type Messages = None<
  Undecided<MessageCreateParamsNonStreaming, AnthropicAnswerField | AnthropicNeutralField>
>;

/** The SDK sends it as `generationConfig`, which is part of the key as a whole, and as fields beside it. */
type OfTheSdk = 'config';
export type Generate = None<
  Undecided<GenerateContentParameters, GoogleAnswerField | GoogleNeutralField | OfTheSdk>
>;
/** The check can fail: a field that is on neither list is found. */
export const found: Undecided<{ messages: 1; brand_new: 1 }, ChatAnswerField> = 'brand_new';
