import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { languageOf } from './language.ts';

describe('languageOf()', () => {
  it.each([
    ['en', 'What is the capital of France and how many people live there?'],
    ['de', 'Was ist die Hauptstadt von Frankreich und wie viele Menschen sind das?'],
    ['fr', 'Quelle est la capitale de la France et combien de personnes y sont dans la ville ?'],
    ['es', '¿Cuál es la capital de Francia y cómo puedo llegar con los niños?'],
    ['it', 'Qual è la capitale della Francia e che cosa devo vedere con il mio amico?'],
    ['pt', 'Você pode me dizer qual é a capital da França? Não sei como ir.'],
    ['nl', 'Wat is de hoofdstad van Frankrijk en hoe kan ik met het vliegtuig naar Parijs?'],
    ['pl', 'Jaka jest stolica Francji i jak się tam dostać przez Niemcy?'],
    ['sv', 'Vad är huvudstaden i Frankrike och hur kan jag resa dit med tåg för att se det?'],
    ['tr', 'Bu şehir için ne kadar zaman ve bir otel nedir bana söyle'],
    ['ru', 'Какая столица Франции?'],
    ['zh', '法国的首都是哪里？'],
    ['ja', 'フランスの首都はどこですか'],
    ['ko', '프랑스의 수도는 어디입니까?'],
    ['ar', 'ما هي عاصمة فرنسا؟'],
    ['he', 'מהי בירת צרפת?'],
    ['el', 'Ποια είναι η πρωτεύουσα;'],
    ['hi', 'फ्रांस की राजधानी क्या है?'],
    ['th', 'เมืองหลวงของฝรั่งเศสคืออะไร'],
    [undefined, '12345 + 67890'],
    [undefined, ''],
    [undefined, 'Xyzzy plugh'],
  ])('%s: %s', (expected, text) => {
    expect(languageOf(text)).toBe(expected);
  });

  it('answers any text, in bounded time', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => void languageOf(text)));
    expect(languageOf('the '.repeat(1_000_000))).toBe('en');
  });
});
