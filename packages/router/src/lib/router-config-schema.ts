/** The shape of the router's configuration. */
import { z } from 'zod';

const text = z.string().min(1);
const textTest = z.union([
  text,
  z.array(text).min(1),
  z.boolean(),
  z.strictObject({ regex: text, ignoreCase: z.boolean().optional() }),
]);
const textTests = z.record(text, textTest);
const range = z.strictObject({
  min: z.number().nonnegative().optional(),
  max: z.number().nonnegative().optional(),
});
const day = z.enum(['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']);

const conditions = z.strictObject({
  model: textTest.optional(),
  version: text.optional(),
  headers: textTests.optional(),
  query: textTests.optional(),
  path: textTest.optional(),
  metadata: textTests.optional(),
  caller: textTest.optional(),
  user: textTest.optional(),
  textLength: range.optional(),
  inputTokens: range.optional(),
  tools: z.boolean().optional(),
  vision: z.boolean().optional(),
  stream: z.boolean().optional(),
  operation: textTest.optional(),
  language: textTest.optional(),
  time: z
    .strictObject({
      from: text.optional(),
      to: text.optional(),
      days: z.array(day).min(1).optional(),
      zone: text.optional(),
    })
    .optional(),
  region: textTest.optional(),
  get all() {
    return z.array(conditions).min(1).optional();
  },
  get any() {
    return z.array(conditions).min(1).optional();
  },
  get not() {
    return conditions.optional();
  },
});

const key = z.union([
  z.enum(['caller', 'user', 'conversation']),
  z.templateLiteral(['header:', z.string()]),
]);
const strategy = z.union([
  z.enum([
    'priority',
    'weighted',
    'least-latency',
    'least-cost',
    'least-busy',
    'sticky',
    'ab',
    'difficulty',
  ]),
  z.strictObject({
    type: z.literal('least-latency'),
    metric: z.enum(['total', 'first-token']).optional(),
  }),
  z.strictObject({
    type: z.literal('sticky'),
    by: key.optional(),
    bound: z.number().min(1).optional(),
  }),
  z.strictObject({ type: z.literal('ab'), name: text.optional(), by: key.optional() }),
  z.strictObject({
    type: z.literal('difficulty'),
    threshold: z.number().min(0).max(1).optional(),
  }),
]);

const weight = z.number().nonnegative().optional();
/** `provider` or `provider/model`. */
const targetText = text;
const target = z.strictObject({ target: targetText, weight });
const group = z.strictObject({
  strategy: strategy.optional(),
  weight,
  get targets() {
    return z.array(route).min(1);
  },
});
const route: z.ZodType<RouteConfig> = z.lazy(() =>
  z.union([targetText, target, group, z.array(route).min(1)]),
);

export type RouteConfig =
  | string
  | { target: string; weight?: number | undefined }
  | {
      strategy?: z.infer<typeof strategy> | undefined;
      targets: RouteConfig[];
      weight?: number | undefined;
    }
  | RouteConfig[];

const capabilities = z.strictObject({
  contextWindow: z.number().int().positive().optional(),
  maxOutput: z.number().int().positive().optional(),
  tools: z.boolean().optional(),
  vision: z.boolean().optional(),
});

/** The schema, for validation elsewhere and for `z.toJSONSchema`. */
export const routerConfigSchema = z.strictObject({
  rules: z.array(z.strictObject({ name: text, when: conditions, use: route })).optional(),
  routes: z.record(text, route).optional(),
  aliases: z.record(text, text).optional(),
  default: route.optional(),
  endpoints: z.record(text, z.union([text, z.array(text).min(1)])).optional(),
  /** By model: what it can do, over what `capabilities` of the options says. */
  capabilities: z.record(text, capabilities).optional(),
  assumeOutput: z.number().positive().optional(),
});

export type RouterConfig = z.infer<typeof routerConfigSchema>;
