import { describe, expect, it } from 'vitest';
import { dotProduct, normalizeVector } from './embedder.ts';
import { guardConformance } from './guard.conformance.ts';
import { findRefusal } from './guard.ts';
import { antonymGuard } from './guard-antonyms.ts';
import { codeGuard } from './guard-code.ts';
import { contentWordGuard } from './guard-content-words.ts';
import { currencyGuard } from './guard-currency.ts';
import { dateGuard } from './guard-dates.ts';
import { directionGuard } from './guard-direction.ts';
import { entityGuard } from './guard-entities.ts';
import { languageGuard } from './guard-language.ts';
import { negationGuard } from './guard-negation.ts';
import { numberGuard } from './guard-numbers.ts';
import { questionGuard } from './guard-question.ts';
import { quoteGuard } from './guard-quotes.ts';
import { unitGuard } from './guard-units.ts';
import { urlGuard } from './guard-urls.ts';
import { wordOrderGuard } from './guard-word-order.ts';
import { defaultGuards } from './guards.ts';
import { lexicalEmbedder } from './lexical-embedder.ts';
import { pairTexts } from './sentence-pair.ts';

const embedder = lexicalEmbedder();

/** What the default tier makes of two texts, whichever came first. */
function verdict(left: string, right: string): string {
  const verdicts = [
    [left, right],
    [right, left],
  ].map(([asked, stored]) => {
    const [one, other] = (embedder.embed([asked!, stored!]) as Float32Array[]).map(
      (vector) => normalizeVector(vector, embedder.dimensions)!,
    );
    const pair = pairTexts(asked!, stored!);
    if (embedder.compare!(pair, dotProduct(one!, other!)) < embedder.threshold!) return 'miss';
    return findRefusal(defaultGuards(), pair) === undefined ? 'hit' : 'miss';
  });
  return verdicts[0] === verdicts[1] ? verdicts[0]! : 'depends on the order';
}

for (const guard of defaultGuards()) guardConformance(guard);

describe('the default tier', () => {
  it.each([
    ['What is the capital of France?', "what's the capital of france"],
    ['How do I reset my password?', 'how do i reset my passwords'],
    ['How do I reset my password?', 'how to reset my password'],
    ['What is the capital of France?', 'Can you tell me the capital of France'],
    ["Translate 'good morning' into Spanish", "Please translate 'good morning' into Spanish."],
    ['What is two plus two?', 'what is 2 plus 2'],
    ["Why can't I log in?", 'why can not I log in?'],
  ])('lets %j answer %j', (left, right) => {
    expect(verdict(left, right)).toBe('hit');
  });

  it.each([
    ['List the largest cities in Japan', 'list largest city in japan'],
    ['The best way of learning German', 'best ways to learn German'],
    ['Is 1,000 a square number?', 'is 1000 a square number'],
    ['What is the capital of France?', 'What is the capital of Germany?'],
    ['what is the capital of france', 'what is the capital of germany'],
    ['What is the capital of France?', 'What was the capital of France?'],
    ["Translate 'good morning' into Spanish", "Translate 'good morning' into Polish"],
    ["Translate 'good morning' into Spanish", "Translate 'good evening' into Spanish"],
    ['translate good morning into spanish', 'translate good morning into polish'],
    ['Coffee with milk', 'Coffee without milk'],
    ['Is it safe to eat raw eggs?', 'Is it unsafe to eat raw eggs?'],
    ['How to increase blood pressure', 'How to decrease blood pressure'],
    ['do this now', "don't do this now"],
    ['Why do cats purr', "Why don't cats purr"],
    ['Convert 5 USD to EUR', 'Convert 5 EUR to USD'],
    ['Flights from Paris to Rome', 'Flights to Paris from Rome'],
    ['Flights from Paris', 'Flights to Paris'],
    ['Who killed Hamlet', 'Who was killed by Hamlet'],
    ['Who am I', 'Who are you'],
    ['Can I get a refund', 'Can you get a refund'],
    ['What is my balance', 'What is your balance'],
    ['What is 5-3', 'What is 5+3'],
    ['What is 2*(3+4)', 'What is (2*3)+4'],
    ['Is -5 even?', 'Is 5 even?'],
    ['Is python 3.1 supported', 'Is python 3.10 supported'],
    ['Version 1.5 notes', 'Version 15 notes'],
    ['A C++ tutorial', 'A C tutorial'],
    ['A C# tutorial', 'A C tutorial'],
    ['It costs $5', 'It costs €5'],
    ['Correct: it is a cat', 'Correct: it is the cat'],
    ['Correct the grammar of it is a cat', 'Correct the grammar of it is the cat'],
    ['Echo this:\nI am here', 'Echo this:\nI be here'],
    ['if (!x) return', 'if (x) return'],
    ['Who is the president of the US', 'Who is the president of us'],
    ['Distance to Iceland', 'Distance to Ireland'],
    ['distance to iceland', 'distance to ireland'],
    ['best hotel in the county', 'best hotel in the country'],
    ['sodium sulfate uses', 'sodium sulfite uses'],
    ['List all users', 'List users'],
    ['List all users', 'List no users'],
    ['cheap hotels', 'cheapest hotels'],
    ['When does the store open', 'Where does the store open'],
    ['Men and women', 'Men or women'],
    ['Delete my account', 'Do not delete my account'],
    ['Should I sell', 'Must I sell'],
    ['hoping for the best', 'hopping for the best'],
    ['What is the news', 'What is the new'],
    ['今天天气怎么样', '明天天气怎么样'],
    ['Was ist die Hauptstadt von Frankreich', 'Was ist die Hauptstadt von Österreich'],
    ['Quelle est la capitale', "Quelle n'est pas la capitale"],
    ['a 👍 reply', 'a 👎 reply'],
  ])('does not let %j answer %j', (left, right) => {
    expect(verdict(left, right)).toBe('miss');
  });
});

describe('each guard by itself', () => {
  it.each([
    [numberGuard(), 'in 3 days', 'in 4 days', 'in three days'],
    [numberGuard(), 'the first chapter', 'the second chapter', 'read the first chapter'],
    [numberGuard(), 'my first order', 'my last order', 'my order'],
    [numberGuard(), 'wake me at 7am', 'wake me at 8 am', 'wake me at 7 am'],
    [numberGuard(), '5kg of flour', '5k of flour', '5 kg of flour'],
    [numberGuard(), '5kg of a, 3g of b', '5g of a, 3kg of b', '5 kg of c, 3 grams of d'],
    [numberGuard(), 'wake me at 7am', 'wake me at 7pm', 'at 7 am'],
    [numberGuard(), 'pay 5k', 'pay 5', 'send 5k'],
    [numberGuard(), 'pay 5m', 'pay 5', 'send 5 m'],
    [dateGuard(), 'wake me at 7am', 'wake me at 7 pm', 'wake me at 7 AM'],
    [unitGuard(), 'how tall in feet', 'how tall in meters', 'how high in ft, and in feet? 3 foot'],
    [unitGuard(), 'in 2 days', 'in 2 weeks', 'two days later'],
    [unitGuard(), 'walk 5 km', 'walk 5 mi', 'walk five kilometres'],
    [unitGuard(), '20°C', '20 °F', '20 degrees Celsius'],
    [unitGuard(), 'is it 5kg', 'is it 5 g', 'is it heavy'],
    [unitGuard(), 'a cup of 3 ml', 'a cup of 3 l', 'a cup'],
    [unitGuard(), 'calories in kcal', 'calories in joules', 'what a second meter is'],
    [unitGuard(), 'how many minutes', 'how many hours', 'how many'],
    [negationGuard(), 'milk is good', 'milk is not good', 'milk is quite good'],
    [antonymGuard(), 'prices increase', 'prices decrease', 'prices moved'],
    [antonymGuard(), 'a stable release', 'an unstable release', 'a beta release'],
    [dateGuard(), 'the weather tomorrow', 'the weather today', 'the forecast of tomorrow'],
    [dateGuard(), 'sales last week', 'sales next week', 'sold past week'],
    [dateGuard(), 'on 2026-01-31', 'on 2026-01-30', 'at 2026-01-31'],
    [dateGuard(), 'open on Mondays', 'open on Sundays', 'closed on monday'],
    [dateGuard(), 'meet at 5 pm', 'meet at 5 am', 'see me at 5 PM'],
    [currencyGuard(), '5 dollars to euros', '5 pounds sterling to euros', '5 USD in €'],
    [currencyGuard(), 'it costs $5', 'it costs €5', 'it cost 5 bucks'],
    [urlGuard(), 'read https://a.test/x', 'read https://a.test/y', 'fetch https://a.test/x.'],
    [urlGuard(), 'open ./src/a.ts', 'open ./src/b.ts', 'show ./src/a.ts'],
    [urlGuard(), 'is example.com down', 'is example.org down', 'has example.com failed'],
    [urlGuard(), 'mail ann@a.test', 'mail bob@a.test', 'write ann@a.test'],
    [codeGuard(), 'what does list.sort() do', 'what does list.sorted() do', 'explain list.sort()'],
    [codeGuard(), 'use of my_var', 'use of my_val', 'about my_var'],
    [codeGuard(), 'run tar -x', 'run tar -c', 'start tar -x'],
    [codeGuard(), 'if (a == b) {}', 'if (a != b) {}', 'when (a == b) {}'],
    [directionGuard(), 'from eur to usd', 'from usd to eur', 'convert from eur to usd'],
    [directionGuard(), 'is ann older than bob', 'is bob older than ann', 'was ann older than bob'],
    [
      directionGuard(),
      'book a flight from rome to paris',
      'i need to book a flight from paris to rome',
      'i want to book a flight from rome to paris',
    ],
    [antonymGuard(), 'my next payment', 'my last payment', 'the next payment'],
    [antonymGuard(), 'delete all my data', 'delete some of my data', 'erase all my data'],
    [antonymGuard(), 'the boiling point', 'the freezing point', 'when it boils'],
    [directionGuard(), 'the most used', 'the least used', 'the most popular'],
    [questionGuard(), 'where is it sold', 'when is it sold', 'tell me the shops'],
    [questionGuard(), 'how many are there', 'how old are they', 'the number of them, how many'],
    [questionGuard(), 'why does it fail', 'how does it fail', 'what makes it fail'],
    [languageGuard(), 'say it in spanish', 'say it in polish', 'tell it in Spanish'],
    [
      languageGuard(),
      'what is the capital',
      'was ist die hauptstadt und wo',
      'which is the capital',
    ],
    [languageGuard(), 'столица Франции', 'the capital of France', 'столица Германии'],
    [quoteGuard(), 'say "hello" now', 'say "bye" now', 'just say "hello" now'],
    [entityGuard(), 'weather in Paris', 'weather in Rome', 'forecast in Paris'],
    [entityGuard(), 'did Ann call Bob', 'did Bob call Ann', 'has Ann phoned Bob'],
    [contentWordGuard(), 'weather in paris', 'weather in rome', 'Weather in paris'],
    [wordOrderGuard(), 'dog bites man', 'man bites dog', 'big dog bites old man'],
  ])('%o refuses the second text and not the third', (guard, stored, refused, accepted) => {
    expect(guard.refuses(pairTexts(refused, stored))).toBe(true);
    expect(guard.refuses(pairTexts(accepted, stored))).toBe(false);
  });

  it('takes a guard that throws for a refusal', () => {
    const broken = {
      name: 'broken',
      refuses() {
        throw new Error('no');
      },
    };
    expect(findRefusal([broken], pairTexts('a', 'a'))).toBe('broken');
  });
});
