/** A hint at the language of a text, by script and the commonest words. */

/** As much of a text as is looked at. */
const maxText = 2000;

/** Scripts that (nearly) one language has. Japanese before Chinese: its texts hold both. */
const scripts: readonly (readonly [language: string, script: RegExp])[] = [
  ['ja', /[\u3040-\u30ff]/g],
  ['ko', /[\uac00-\ud7af]/g],
  ['zh', /[\u4e00-\u9fff]/g],
  ['ru', /[\u0400-\u04ff]/g],
  ['ar', /[\u0600-\u06ff]/g],
  ['he', /[\u0590-\u05ff]/g],
  ['el', /[\u0370-\u03ff]/g],
  ['hi', /[\u0900-\u097f]/g],
  ['th', /[\u0e00-\u0e7f]/g],
];

/** Words that one of these languages has and the others hardly. */
const words: Readonly<Record<string, string>> = {
  en: 'the and is are of to what how you your this that with for my please which does write',
  de: 'der die das und ist nicht ein eine ich wie mit für auf bitte sind wir auch was wird den',
  fr: 'le les et est une des je vous pour dans que qui avec sur quel quelle comment du ce pas',
  es: 'el los las y es una por para con cómo qué cuál puedo del está mi como más quiero',
  it: 'il gli di è una per con come che cosa della sono questo mi perché nel quale dei',
  pt: 'os uma para com não você como qual em do da é meu isso são por favor mais',
  nl: 'het een en van ik niet met voor hoe wat zijn deze mijn kunt je dat naar',
  pl: 'jest nie się na jak i czy w z do co to dla proszę jakie przez',
  tr: 've bir bu için nasıl ne mi ile da çok nedir bana olan',
  sv: 'och är en att jag det som på hur vad för inte med kan',
};
let vocabularies: readonly (readonly [language: string, words: ReadonlySet<string>])[] | undefined;

/**
 * The ISO 639-1 code of the language that a text most likely has; `undefined` when nothing tells. A
 * hint for routing, no more: Cyrillic is told as `ru`, Arabic script as `ar`.
 */
export function languageOf(text: string): string | undefined {
  const sample = text.slice(0, maxText);
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  if (letters === 0) return undefined;
  for (const [language, script] of scripts) {
    const count = sample.match(script)?.length ?? 0;
    if (count >= letters * (language === 'ja' ? 0.1 : 0.3)) return language;
  }
  vocabularies ??= Object.entries(words).map(([name, list]) => [name, new Set(list.split(' '))]);
  const said = sample.toLowerCase().match(/\p{L}+/gu) ?? [];
  let best: string | undefined;
  let most = 0;
  for (const [language, vocabulary] of vocabularies) {
    const count = said.reduce((sum, word) => sum + (vocabulary.has(word) ? 1 : 0), 0);
    if (count === most) best = undefined;
    if (count <= most) continue;
    most = count;
    best = language;
  }
  return best;
}
