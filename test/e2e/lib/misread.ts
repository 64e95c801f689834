/** The recordings that an SDK does not read as they are meant, and why. All others are read by all. */

export interface Misread {
  /** How the names of the recordings begin. */
  readonly recordings: readonly string[];
  readonly sdks: readonly string[];
  readonly why: string;
}

const anthropic = 'anthropic/anthropic-';
const openai = 'openai/responses/';
const strict = ['anthropic', 'google genai', 'ai sdk chat', 'langchain openai'];

export const misread: readonly Misread[] = [
  {
    recordings: [
      `${anthropic}programmatic-tool-calling.1.chunks`,
      `${anthropic}tool-search-bm25.1.chunks`,
      `${anthropic}tool-search-deferred-bm25.chunks`,
      `${anthropic}tool-search-deferred-regex.chunks`,
      `${anthropic}tool-search-regex.1.chunks`,
      'anthropic/duplicate-message-start',
    ],
    sdks: ['anthropic'],
    why: 'Several answers in one file: untouched in its own format, and the SDK takes one a stream',
  },
  {
    recordings: ['azure/azure-reasoning-encrypted-content'],
    sdks: ['openai responses', 'ai sdk responses'],
    why: 'Several answers in one file, untouched in its own format: the SDKs tell others of them',
  },
  {
    recordings: [`${openai}openai-shell-tool.1.chunks`],
    sdks: ['openai responses', 'ai sdk responses'],
    why: 'Several answers in one file, and events that this version of the SDK does not know',
  },
  {
    recordings: [
      `${openai}openai-shell-container.1.chunks`,
      `${openai}openai-shell-skills.1.chunks`,
    ],
    sdks: ['openai responses'],
    why: 'Events that this version of the SDK does not know, untouched in their own format',
  },
  {
    recordings: [
      `${openai}programmatic-tool-calling.1.json`,
      `${openai}programmatic-tool-calling.3.json`,
      `${openai}github-copilot-id-rotation.1.chunks`,
      'xai/responses/xai-code-execution-tool.1.json',
      'xai/responses/xai-web-search-tool.1.json',
    ],
    sdks: ['ai sdk responses'],
    why: 'Items that this version of the SDK refuses, untouched in their own format',
  },
  {
    recordings: [`${openai}openai-custom-tool.1.chunks`],
    sdks: ['openai chat', ...strict],
    why: 'A tool of free text, which no caller of these formats but chat can ask for; their SDKs know functions only',
  },
  {
    recordings: [`${openai}openai-custom-tool.1.json`],
    sdks: strict,
    why: 'The same, told whole',
  },
  {
    recordings: [
      'google/google-stream-no-args-tool-call',
      'google/google-stream-tool-call-arguments',
    ],
    sdks: ['google genai'],
    why: 'Arguments in pieces (partialArgs), which this SDK leaves to its caller to put together',
  },
  {
    recordings: ['openrouter/chat-completions.json.02'],
    sdks: ['openai chat', 'ai sdk chat', 'langchain openai'],
    why: 'A tool call without arguments at all, untouched in its own format',
  },
  {
    recordings: ['openrouter/chat-completions.sse.00'],
    sdks: ['ai sdk chat'],
    why: 'An error beside an empty choice, untouched in its own format: the SDK reads the choice',
  },
  {
    recordings: ['openai-compatible/chat/anthropic-fallback-tool-call'],
    sdks: ['openai chat'],
    why: 'Tool calls that are not numbered from 0, untouched in their own format',
  },
];

export function isMisread(recording: string, sdk: string): boolean {
  return misread.some(
    ({ recordings, sdks }) =>
      sdks.includes(sdk) && recordings.some((name) => recording.startsWith(name)),
  );
}
