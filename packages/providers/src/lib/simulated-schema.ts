/** A value that satisfies a JSON Schema, for simulated tool arguments and structured output. */

/** Supplies text for a string property, by its name. */
export type TextSource = (property: string) => string;

const maxDepth = 12;
const maxItems = 100;

type Schema = Readonly<Record<string, unknown>>;

/**
 * The smallest plausible value: required and declared properties, first choices, minimum lengths.
 * Understands `type`, `properties`, `required`, `items`, `enum`, `const`, `anyOf`, `oneOf`, `allOf`,
 * local `$ref`, and bounds of numbers, strings and arrays. Beyond 12 levels it answers `null`.
 */
export function sampleSchema(schema: unknown, text: TextSource): unknown {
  const root = isSchema(schema) ? schema : {};
  return sample(root, '', 0);

  function sample(given: Schema, property: string, depth: number): unknown {
    if (depth > maxDepth) return null;
    const node = resolve(given);
    if ('const' in node) return node['const'];
    if (Array.isArray(node['enum'])) return node['enum'][0] ?? null;
    if (Array.isArray(node['examples']) && node['examples'].length > 0) return node['examples'][0];
    for (const key of ['anyOf', 'oneOf'] as const) {
      const options = node[key];
      if (Array.isArray(options) && isSchema(options[0]))
        return sample(options[0], property, depth + 1);
    }
    if (Array.isArray(node['allOf'])) {
      const merged = Object.assign({}, ...node['allOf'].filter(isSchema).map(resolve)) as Schema;
      return sample({ ...merged, type: merged['type'] ?? node['type'] }, property, depth + 1);
    }
    switch (typeOf(node)) {
      case 'object':
        return sampleObject(node, depth);
      case 'array':
        return sampleArray(node, property, depth);
      case 'string':
        return sampleString(node, property);
      case 'integer':
        return Math.ceil(sampleNumber(node, 1));
      case 'number':
        return sampleNumber(node, 1.5);
      case 'boolean':
        return true;
      default:
        return null;
    }
  }

  function resolve(node: Schema): Schema {
    const reference = node['$ref'];
    if (typeof reference !== 'string' || !reference.startsWith('#')) return node;
    let at: unknown = root;
    for (const step of reference.slice(1).split('/').slice(1)) {
      const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
      at = isSchema(at) && Object.hasOwn(at, name) ? at[name] : undefined;
    }
    return isSchema(at) ? at : {};
  }

  function sampleObject(node: Schema, depth: number): object {
    const properties = isSchema(node['properties']) ? node['properties'] : {};
    const entries: [string, unknown][] = [];
    for (const [name, child] of Object.entries(properties).slice(0, maxItems)) {
      entries.push([name, sample(isSchema(child) ? child : {}, name, depth + 1)]);
    }
    // `fromEntries` defines properties, so that one called `__proto__` stays data.
    return Object.fromEntries(entries);
  }

  function sampleArray(node: Schema, property: string, depth: number): unknown[] {
    const items = isSchema(node['items']) ? node['items'] : {};
    const length = Math.min(
      Math.max(numberOr(node['minItems'], 1), 1),
      maxItems,
      numberOr(node['maxItems'], maxItems),
    );
    return Array.from({ length }, () => sample(items, property, depth + 1));
  }

  function sampleString(node: Schema, property: string): string {
    const formatted = formats[String(node['format'])];
    if (formatted !== undefined) return formatted;
    const value = text(property).slice(0, numberOr(node['maxLength'], 200));
    return value.padEnd(Math.min(numberOr(node['minLength'], 0), 1000), '.');
  }
}

const formats: Readonly<Record<string, string>> = {
  date: '2026-01-01',
  'date-time': '2026-01-01T12:00:00Z',
  time: '12:00:00Z',
  email: 'someone@example.com',
  uri: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
};

function sampleNumber(node: Schema, otherwise: number): number {
  const low = Math.max(
    numberOr(node['minimum'], -Infinity),
    numberOr(node['exclusiveMinimum'], -Infinity) + 1,
  );
  const high = Math.min(
    numberOr(node['maximum'], Infinity),
    numberOr(node['exclusiveMaximum'], Infinity) - 1,
  );
  return Math.min(Math.max(otherwise, low), high);
}

function typeOf(node: Schema): string {
  const { type } = node as { type?: unknown };
  if (typeof type === 'string') return type;
  if (Array.isArray(type)) return String(type.find((name) => name !== 'null') ?? 'null');
  if (isSchema(node['properties'])) return 'object';
  return isSchema(node['items']) ? 'array' : 'string';
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : otherwise;
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
