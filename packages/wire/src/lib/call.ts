/** A parsed call whose neutral view is read from the body when somebody asks for it, once. */
import type {
  CallParameters,
  Dialect,
  JsonObject,
  ModelCall,
  NeutralMessage,
  NeutralTool,
  Operation,
} from './types.ts';

/** How a dialect reads the costlier parts of its body. */
export interface CallReaders {
  system(body: JsonObject): string;
  messages(body: JsonObject): readonly NeutralMessage[];
  tools(body: JsonObject): readonly NeutralTool[];
  parameters(body: JsonObject): CallParameters;
  /** The names of the body's fields that the dialect reads into the neutral view. */
  readonly mapped: ReadonlySet<string>;
  /** Fields further inside that it does not, by path; for formats that nest their parameters. */
  unmapped?(body: JsonObject): readonly string[];
  /** See `ModelCall.indispensable`. */
  indispensable?(body: JsonObject): readonly string[];
}

/** What is known at once. */
export interface CallFacts {
  readonly dialect: Dialect;
  readonly operation: Operation;
  readonly body: JsonObject;
  readonly model: string | undefined;
  readonly stream: boolean;
  readonly streamUsage: boolean;
  readonly endUser: string | undefined;
}

class LazyCall implements ModelCall {
  readonly dialect: Dialect;
  readonly operation: Operation;
  readonly body: JsonObject;
  readonly model: string | undefined;
  readonly stream: boolean;
  readonly streamUsage: boolean;
  readonly endUser: string | undefined;
  readonly #readers: CallReaders;
  #system: string | undefined;
  #messages: readonly NeutralMessage[] | undefined;
  #tools: readonly NeutralTool[] | undefined;
  #parameters: CallParameters | undefined;

  constructor(facts: CallFacts, readers: CallReaders) {
    this.dialect = facts.dialect;
    this.operation = facts.operation;
    this.body = facts.body;
    this.model = facts.model;
    this.stream = facts.stream;
    this.streamUsage = facts.streamUsage;
    this.endUser = facts.endUser;
    this.#readers = readers;
  }

  get system(): string {
    return (this.#system ??= this.#readers.system(this.body));
  }

  get messages(): readonly NeutralMessage[] {
    return (this.#messages ??= this.#readers.messages(this.body));
  }

  get tools(): readonly NeutralTool[] {
    return (this.#tools ??= this.#readers.tools(this.body));
  }

  get unmapped(): readonly string[] {
    const { mapped } = this.#readers;
    const own = Object.keys(this.body).filter(
      (name) => !mapped.has(name) && this.body[name] !== null,
    );
    return [...own, ...(this.#readers.unmapped?.(this.body) ?? [])];
  }

  get indispensable(): readonly string[] {
    return this.#readers.indispensable?.(this.body) ?? [];
  }

  get parameters(): CallParameters {
    return (this.#parameters ??= this.#readers.parameters(this.body));
  }
}

/** Creates a call. Neutral views are read on first use and remembered. */
export function createCall(facts: CallFacts, readers: CallReaders): ModelCall {
  return new LazyCall(facts, readers);
}
