/**
 * Every field name of a record, in one place. `gen_ai.*`, `http.*`, `url.*`, `server.*` and
 * `error.*` are OpenTelemetry's (GenAI conventions v1.41.0, stability "development"); what they
 * have no name for is under `wintergate.*`.
 *
 * An enum, because its names are in place when the package is built: V8 keeps the fields of an
 * object in a table as soon as a dozen were set by a name that it has to look up.
 */
export enum Field {
  timestamp = 'timestamp',
  method = 'http.request.method',
  path = 'url.path',
  status = 'http.response.status_code',
  requestHeader = 'http.request.header.',
  serverAddress = 'server.address',
  errorType = 'error.type',

  operation = 'gen_ai.operation.name',
  provider = 'gen_ai.provider.name',
  requestModel = 'gen_ai.request.model',
  requestStream = 'gen_ai.request.stream',
  responseId = 'gen_ai.response.id',
  responseModel = 'gen_ai.response.model',
  finishReasons = 'gen_ai.response.finish_reasons',
  timeToFirstChunk = 'gen_ai.response.time_to_first_chunk',
  inputTokens = 'gen_ai.usage.input_tokens',
  outputTokens = 'gen_ai.usage.output_tokens',
  cachedInputTokens = 'gen_ai.usage.cache_read.input_tokens',
  cacheWriteTokens = 'gen_ai.usage.cache_creation.input_tokens',
  reasoningTokens = 'gen_ai.usage.reasoning.output_tokens',
  inputMessages = 'gen_ai.input.messages',
  outputMessages = 'gen_ai.output.messages',
  systemInstructions = 'gen_ai.system_instructions',

  requestId = 'wintergate.request_id',
  tenant = 'wintergate.tenant',
  dialect = 'wintergate.dialect',
  durationMs = 'wintergate.duration_ms',
  headersMs = 'wintergate.time_to_headers_ms',
  source = 'wintergate.outcome.source',
  ended = 'wintergate.outcome.ended',
  complete = 'wintergate.outcome.complete',
  settled = 'wintergate.settled',
  inputBytes = 'wintergate.input_bytes',
  outputBytes = 'wintergate.output_bytes',
  usageEstimated = 'wintergate.usage.estimated',
  cost = 'wintergate.cost_usd',
  priceDate = 'wintergate.price_date',
  savedInputTokens = 'wintergate.saved.input_tokens',
  savedOutputTokens = 'wintergate.saved.output_tokens',
  savedCost = 'wintergate.saved.cost_usd',
  route = 'wintergate.route',
  attempts = 'wintergate.attempts',
  cache = 'wintergate.cache',
  limits = 'wintergate.limits',
  verdicts = 'wintergate.verdicts',
  notices = 'wintergate.notices',
  errors = 'wintergate.errors',
  contentTruncated = 'wintergate.content_truncated',
  dropped = 'wintergate.log.dropped',
  sampleRate = 'wintergate.log.sample_rate',
}

/** Our provider names where OpenTelemetry has another. */
const providers: Readonly<Record<string, string>> = {
  azure: 'azure.ai.openai',
  'azure-openai': 'azure.ai.openai',
  bedrock: 'aws.bedrock',
  'amazon-bedrock': 'aws.bedrock',
  google: 'gcp.gemini',
  gemini: 'gcp.gemini',
  vertex: 'gcp.vertex_ai',
  'google-vertex': 'gcp.vertex_ai',
  mistral: 'mistral_ai',
  xai: 'x_ai',
  'x-ai': 'x_ai',
  watsonx: 'ibm.watsonx.ai',
};

/** A provider as OpenTelemetry calls it; itself where it has no name there. */
export function providerName(provider: string): string {
  return Object.hasOwn(providers, provider) ? (providers[provider] as string) : provider;
}
