/** What the environment says, checked: a wrong variable gets one line that says what to do. */
import { type Duration, parseDuration } from '@wintergate/core';
import { z } from 'zod';

/** The gateway's settings. */
export interface GatewaySettings {
  readonly port: number;
  readonly host: string;
  readonly apiKey: string | undefined;
  /** Of an OpenAI-compatible upstream; absent: OpenAI's own, or the simulated provider. */
  readonly baseUrl: string | undefined;
  /** Of Anthropic, for the models `claude-*`. */
  readonly anthropicKey: string | undefined;
  /** Of Google's Gemini API, for the models `gemini-*`. */
  readonly geminiKey: string | undefined;
  /** Callers must present it as `Authorization: Bearer`. */
  readonly gatewayKey: string | undefined;
  /** Who presents it may look into the cache, fill it and empty it, below `/admin/`. */
  readonly adminKey: string | undefined;
  /** Requests per minute and caller; 0 for no limit. */
  readonly requestsPerMinute: number;
  /**
   * Whether paths that the gateway does not read (files, images, other formats) are passed on with
   * the key of its own. Guard and cache do not see them.
   */
  readonly passThrough: boolean;
  /**
   * What may answer a call besides the answer to an identical one: that to the same words in another
   * spelling, or that to the same request in other words.
   */
  readonly similar: 'spelling' | 'words' | 'off';
  readonly log: 'text' | 'json' | 'off';
  /** Milliseconds until the simulated provider's first token. */
  readonly firstTokenDelay: number;
  /** Tokens per second of the simulated provider. */
  readonly tokensPerSecond: number;
}

/** A variable is not usable. The message is one line, for the person who set it. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

const text = z.string().trim().min(1, 'be set to something or not at all');
const key = text.regex(/^[\x21-\x7e]+$/, 'be a key without spaces').optional();

const ownKey = text
  .min(16, 'have at least 16 characters')
  .regex(/^[\x21-\x7e]+$/, 'be without spaces')
  .optional();

const variables = z.object({
  PORT: z.coerce
    .number('be a port number')
    .int('be a whole number')
    .min(0, 'be 0 to 65535')
    .max(65535, 'be 0 to 65535')
    .default(8787),
  HOST: text
    .regex(/^[\w.:-]+$/, 'be an address or a host name, such as 127.0.0.1')
    .default('127.0.0.1'),
  OPENAI_API_KEY: key,
  ANTHROPIC_API_KEY: key,
  GEMINI_API_KEY: key,
  OPENAI_BASE_URL: z
    .url({ protocol: /^https?$/, message: 'be a URL such as https://api.openai.com/v1' })
    .refine((value) => !/[?#]|\/\/[^/]*@/.test(value), 'hold no user, query or fragment')
    .optional(),
  WINTERGATE_KEY: ownKey,
  WINTERGATE_ADMIN_KEY: ownKey,
  WINTERGATE_RATE_LIMIT: z.coerce
    .number('be requests per minute')
    .int('be a whole number')
    .min(0, 'not be negative')
    .default(60),
  WINTERGATE_PASS_THROUGH: z
    .enum(['0', '1'], 'be 0 or 1')
    .default('0')
    .transform((value) => value === '1'),
  WINTERGATE_SIMILAR: z
    .enum(['spelling', 'words', 'off'], 'be "spelling", "words" or "off"')
    .default('spelling'),
  WINTERGATE_LOG: z.enum(['text', 'json', 'off'], 'be "text", "json" or "off"').default('text'),
  WINTERGATE_SIMULATED_DELAY: z
    .string()
    .default('150 ms')
    .transform((value, context) => {
      try {
        return parseDuration((/^\d+$/.test(value) ? Number(value) : value) as Duration);
      } catch {
        context.addIssue({
          code: 'custom',
          message: 'be milliseconds or a duration such as "150 ms"',
        });
        return z.NEVER;
      }
    }),
  WINTERGATE_SIMULATED_RATE: z.coerce
    .number('be tokens per second')
    .positive('be more than 0')
    .default(60),
});

/**
 * Reads the gateway's settings.
 *
 * @param environment such as `process.env`; an empty variable counts as absent.
 * @throws {EnvironmentError} naming each variable at fault, never its value: it may be a key.
 */
export function readEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): GatewaySettings {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const parsed = variables.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${String(issue.path[0])} must ${issue.message}`,
    );
    throw new EnvironmentError(problems.join('; '));
  }
  const { data } = parsed;
  const settings: GatewaySettings = {
    port: data.PORT,
    host: data.HOST,
    apiKey: data.OPENAI_API_KEY,
    baseUrl: data.OPENAI_BASE_URL?.replace(/\/+$/, ''),
    anthropicKey: data.ANTHROPIC_API_KEY,
    geminiKey: data.GEMINI_API_KEY,
    gatewayKey: data.WINTERGATE_KEY,
    adminKey: data.WINTERGATE_ADMIN_KEY,
    requestsPerMinute: data.WINTERGATE_RATE_LIMIT,
    passThrough: data.WINTERGATE_PASS_THROUGH,
    similar: data.WINTERGATE_SIMILAR,
    log: data.WINTERGATE_LOG,
    firstTokenDelay: data.WINTERGATE_SIMULATED_DELAY,
    tokensPerSecond: data.WINTERGATE_SIMULATED_RATE,
  };
  const { apiKey, baseUrl, anthropicKey, geminiKey } = settings;
  const isReal = [apiKey, baseUrl, anthropicKey, geminiKey].some((value) => value !== undefined);
  if (isReal && !isLoopback(settings.host) && settings.gatewayKey === undefined) {
    throw new EnvironmentError(
      'HOST must be 127.0.0.1 unless WINTERGATE_KEY is set: whoever reaches another address would use your provider',
    );
  }
  return settings;
}

/** Whether only this machine can connect to that address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}
