/** What a generateContent body must look like: strict about types, lenient about values. */
import { type Check, fault, integer, is, list, optional, shape } from './check.ts';
import { googleContent } from './google-generate-content.ts';

const text = is('string');
const string = optional(text);
const flag = optional(is('boolean'));
const amount = optional(is('number'));
const whole = optional(integer());
const object = optional(is('object'));
const objects = optional(list(is('object')));
const strings = optional(list(text));

const declaration = shape({
  name: text,
  description: string,
  parameters: object,
  parametersJsonSchema: optional(is('object')),
});

const contents: Check = (value) =>
  Array.isArray(value) && value.length === 0
    ? fault('at least one turn', value)
    : list(googleContent)(value);

/** Finds the first field at fault. */
export const googleBody: Check = shape({
  model: string,
  contents,
  systemInstruction: optional(googleContent),
  tools: optional(list(shape({ functionDeclarations: optional(list(declaration)) }))),
  toolConfig: optional(
    shape({
      functionCallingConfig: optional(shape({ mode: string, allowedFunctionNames: strings })),
    }),
  ),
  generationConfig: optional(
    shape({
      temperature: amount,
      topP: amount,
      topK: amount,
      maxOutputTokens: optional(integer(0)),
      candidateCount: optional(integer(1)),
      seed: whole,
      presencePenalty: amount,
      frequencyPenalty: amount,
      responseLogprobs: flag,
      logprobs: whole,
      stopSequences: strings,
      responseMimeType: string,
      responseSchema: object,
      responseModalities: strings,
      thinkingConfig: optional(
        shape({ includeThoughts: flag, thinkingBudget: whole, thinkingLevel: string }),
      ),
    }),
  ),
  safetySettings: objects,
  cachedContent: string,
  labels: object,
});
