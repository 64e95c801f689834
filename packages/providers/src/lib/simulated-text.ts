/** What the simulated model says: text in which a person recognises what they asked. */
import type { ModelCall, NeutralMessage } from '@wintergate/wire';

const languages: Readonly<Record<string, readonly string[]>> = {
  spanish: [
    'hola',
    'buenos días',
    'gracias',
    'adiós',
    'por favor',
    'amigo',
    'mundo',
    'gato',
    'perro',
    'casa',
  ],
  polish: [
    'cześć',
    'dzień dobry',
    'dziękuję',
    'do widzenia',
    'proszę',
    'przyjaciel',
    'świat',
    'kot',
    'pies',
    'dom',
  ],
  french: [
    'bonjour',
    'bonjour',
    'merci',
    'au revoir',
    "s'il vous plaît",
    'ami',
    'monde',
    'chat',
    'chien',
    'maison',
  ],
  german: [
    'hallo',
    'guten Morgen',
    'danke',
    'auf Wiedersehen',
    'bitte',
    'Freund',
    'Welt',
    'Katze',
    'Hund',
    'Haus',
  ],
  italian: [
    'ciao',
    'buongiorno',
    'grazie',
    'arrivederci',
    'per favore',
    'amico',
    'mondo',
    'gatto',
    'cane',
    'casa',
  ],
};
const english = [
  'hello',
  'good morning',
  'thank you',
  'goodbye',
  'please',
  'friend',
  'world',
  'cat',
  'dog',
  'house',
];

const openings = [
  'Here is a simulated answer.',
  'This answer is simulated.',
  'No model was asked; this is a simulation.',
];
const closings = [
  'A real model would go on from here.',
  'Set a provider key to ask a real model.',
  'The same question always gets this same answer.',
];

/** Text is reflected up to here. */
const maxEcho = 400;
const maxCount = 10_000;

/** The text of the last user message, or of the last message at all. */
export function promptOf(call: ModelCall): string {
  const last =
    findLast(call.messages, (message) => message.role === 'user') ?? call.messages.at(-1);
  return last === undefined ? call.system : messageText(last);
}

export function messageText(message: NeutralMessage): string {
  const texts: string[] = [];
  for (const part of message.parts) {
    if (part.type === 'text') texts.push(part.text);
    else if (part.type === 'tool-result')
      texts.push(messageText({ role: 'tool', parts: part.parts }));
    else if (part.type === 'image' || part.type === 'audio' || part.type === 'file')
      texts.push(`[${part.type}]`);
  }
  return texts.join('\n').trim();
}

/** An answer to the call. `random` decides between wordings only. */
export function answerText(call: ModelCall, random: () => number): string {
  const last = call.messages.at(-1);
  if (last?.role === 'tool') return `The tool answered: ${shorten(messageText(last))}`;
  const prompt = promptOf(call);
  return translation(prompt) ?? counting(prompt) ?? echo(prompt, random);
}

function translation(prompt: string): string | undefined {
  const match = /\btranslate\b(.{1,2000}?)\b(?:in)?to ([a-z]{3,20})\b(.{0,2000})/is.exec(
    prompt.slice(0, 4000),
  );
  if (match === null) return undefined;
  const [, before = '', language = '', after = ''] = match;
  const quoted = /["“«'‘](.{1,1000}?)["”»'’]/s.exec(`${before} ${after}`)?.[1];
  const source =
    quoted ??
    (after.replace(/^[\s:,.]+/, '') || before.replace(/^\s*(?:this|the following)?[\s:]*/i, ''));
  const name = language[0]?.toUpperCase() + language.slice(1).toLowerCase();
  return `In ${name}: “${translate(shorten(source.trim()), languages[language.toLowerCase()])}” (simulated translation)`;
}

function translate(text: string, words: readonly string[] | undefined): string {
  if (words === undefined) return text;
  let result = text;
  for (const [index, word] of english.entries()) {
    result = result.replace(new RegExp(`\\b${word}\\b`, 'gi'), words[index] ?? word);
  }
  return result;
}

function counting(prompt: string): string | undefined {
  const match = /\bcount (?:from (\d{1,6}) )?to (\d{1,6})\b/i.exec(prompt.slice(0, 4000));
  if (match === null) return undefined;
  const from = Number(match[1] ?? 1);
  const to = Math.min(Number(match[2]), from + maxCount - 1);
  const numbers: number[] = [];
  for (let number = from; number <= to; number++) numbers.push(number);
  return numbers.join(' ');
}

function echo(prompt: string, random: () => number): string {
  const opening = openings[Math.floor(random() * openings.length)];
  const closing = closings[Math.floor(random() * closings.length)];
  return prompt === ''
    ? `${opening} ${closing}`
    : `${opening} You asked: “${shorten(prompt)}” ${closing}`;
}

/** At most {@link maxEcho} characters, cut at a whole character. */
export function shorten(text: string, limit = maxEcho): string {
  if (text.length <= limit) return text;
  const points = Array.from(text.slice(0, limit + 1));
  if (points.length > 0) points.pop();
  return `${points.join('')}…`;
}

/** The pieces in which a model would stream this text: words with their space, long ones in parts. */
export function tokenPieces(text: string): string[] {
  return text.match(/\s*[^\s]{1,12}|\s+/gu) ?? [];
}

function findLast<T>(list: readonly T[], test: (item: T) => boolean): T | undefined {
  for (let index = list.length - 1; index >= 0; index--) {
    const item = list[index] as T;
    if (test(item)) return item;
  }
  return undefined;
}
