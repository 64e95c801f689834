/** Google generateContent on the wire (Gemini API and Vertex AI), as far as the neutral form maps it. */
import type { JsonValue } from '../types.ts';

interface Signed {
  readonly thoughtSignature?: string;
}

export type GooglePart =
  | ({ readonly text: string; readonly thought?: boolean } & Signed)
  | { readonly inlineData: { readonly mimeType: string; readonly data: string } }
  | { readonly fileData: { readonly mimeType?: string; readonly fileUri: string } }
  | ({
      readonly functionCall: {
        readonly id?: string;
        readonly name: string;
        readonly args?: JsonValue;
      };
    } & Signed)
  | {
      readonly functionResponse: {
        readonly id?: string;
        readonly name: string;
        readonly response: JsonValue;
      };
    };

export interface GoogleContent {
  readonly role?: 'user' | 'model' | 'function';
  readonly parts: readonly GooglePart[];
}

/** The model stands in the path; so does whether the reply streams: `…/models/{m}:streamGenerateContent`. */
export interface GoogleRequest {
  readonly systemInstruction?: GoogleContent;
  readonly contents: readonly GoogleContent[];
  readonly tools?: readonly {
    readonly functionDeclarations?: readonly {
      readonly name: string;
      readonly description?: string;
      readonly parameters?: JsonValue;
      readonly parametersJsonSchema?: JsonValue;
    }[];
    readonly googleSearch?: JsonValue;
  }[];
  readonly toolConfig?: JsonValue;
  readonly generationConfig?: {
    readonly temperature?: number;
    readonly topP?: number;
    readonly maxOutputTokens?: number;
    readonly stopSequences?: readonly string[];
    readonly seed?: number;
    readonly candidateCount?: number;
    readonly responseMimeType?: string;
    readonly responseJsonSchema?: JsonValue;
    readonly thinkingConfig?: { readonly thinkingLevel?: string; readonly thinkingBudget?: number };
  };
}

export type GoogleFinish =
  | 'STOP'
  | 'MAX_TOKENS'
  | 'SAFETY'
  | 'RECITATION'
  | 'BLOCKLIST'
  | 'PROHIBITED_CONTENT'
  | 'SPII'
  | 'MALFORMED_FUNCTION_CALL'
  | 'OTHER';

/** Candidates leave thoughts out; in a stream each chunk repeats the counts so far. */
export interface GoogleUsage {
  readonly promptTokenCount?: number;
  readonly cachedContentTokenCount?: number;
  readonly toolUsePromptTokenCount?: number;
  readonly candidatesTokenCount?: number;
  readonly thoughtsTokenCount?: number;
  readonly totalTokenCount?: number;
}

export interface GoogleReply {
  readonly candidates?: readonly {
    readonly index?: number;
    readonly content?: GoogleContent;
    readonly finishReason?: GoogleFinish;
  }[];
  readonly promptFeedback?: { readonly blockReason?: string };
  readonly usageMetadata?: GoogleUsage;
  readonly modelVersion?: string;
  readonly responseId?: string;
}

export interface GoogleErrorBody {
  readonly error: {
    readonly code: number;
    readonly message: string;
    readonly status: string;
    readonly details?: JsonValue;
  };
}

/** An event without a name: a piece of the reply. The stream just ends, the last piece has the finish reason. */
export type GoogleEvent = GoogleReply | GoogleErrorBody;
