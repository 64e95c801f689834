/** What the right answer to a generateContent call depends on. */
import { answerFields } from './identity.ts';
import { isObject, objectsOf, withoutNulls } from './json.ts';
import type { CallIdentity, JsonObject, JsonValue, ModelCall } from './types.ts';

const googleNeutral = ['labels', 'serviceTier'] as const;
export type GoogleNeutralField = (typeof googleNeutral)[number];
/** Fields that can not change the answer: whose bill it is on. */
export const googleNeutralFields: ReadonlySet<string> = /* @__PURE__ */ new Set(googleNeutral);

const googleAnswer = [
  'model',
  'contents',
  'systemInstruction',
  'tools',
  'toolConfig',
  'safetySettings',
  'generationConfig',
  'cachedContent',
  'modelArmorConfig',
] as const;
export type GoogleAnswerField = (typeof googleAnswer)[number];
/** Fields that can. Only tests need the list: they prove that no published field is undecided. */
export const googleAnswerFields: ReadonlySet<string> = /* @__PURE__ */ new Set(googleAnswer);

/** The identity of a call. One choice, plain text and the user's role are the defaults. */
export function googleIdentity(call: ModelCall): CallIdentity {
  const fields = answerFields(call, googleNeutral);
  const { generationConfig: config, systemInstruction } = fields;
  if (isObject(config)) {
    const kept = withoutNulls(config);
    if (kept['candidateCount'] === 1) delete kept['candidateCount'];
    if (kept['responseMimeType'] === 'text/plain') delete kept['responseMimeType'];
    if (isPlain(kept['responseModalities'])) delete kept['responseModalities'];
    if (Object.keys(kept).length === 0) delete fields['generationConfig'];
    else fields['generationConfig'] = kept;
  }
  if (isObject(systemInstruction)) {
    // Whatever its role says, it is the system's.
    const { role: _, ...rest } = systemInstruction;
    fields['systemInstruction'] = rest;
  }
  const contents = objectsOf(fields['contents']).map(
    (content): JsonObject => ({
      role: 'user',
      ...withoutNulls(content),
    }),
  );
  const exact: JsonObject = { ...fields, contents };
  const last = contents[contents.length - 1];
  const text = last?.['role'] === 'user' ? textOnly(last['parts']) : undefined;
  if (text === undefined || last === undefined) return { exact, scope: exact, text: undefined };
  const { parts: _, ...rest } = last;
  return { exact, scope: { ...fields, contents: [...contents.slice(0, -1), rest] }, text, last };
}

function isPlain(forms: JsonValue | undefined): boolean {
  return Array.isArray(forms) && forms.length === 1 && forms[0] === 'TEXT';
}

function textOnly(parts: JsonValue | undefined): string | undefined {
  const texts = objectsOf(parts).map((part) =>
    Object.keys(part).length === 1 && typeof part['text'] === 'string' ? part['text'] : undefined,
  );
  if (texts.length === 0 || texts.includes(undefined)) return undefined;
  return texts.join('\n') || undefined;
}
