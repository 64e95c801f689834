/** What a turn of Google's must look like. */
import { type Check, is, list, optional, shape } from './check.ts';

const text = is('string');
const string = optional(text);
const object = optional(is('object'));
const objects = optional(list(is('object')));

const blob = optional(shape({ mimeType: string, data: text }));
const part = shape({
  text: string,
  thought: optional(is('boolean')),
  thoughtSignature: string,
  inlineData: blob,
  fileData: optional(shape({ mimeType: string, fileUri: text })),
  functionCall: optional(shape({ id: string, name: text, args: object })),
  functionResponse: optional(shape({ id: string, name: text, response: object, parts: objects })),
});

/** A turn. */
export const googleContent: Check = shape({ role: string, parts: optional(list(part)) });
