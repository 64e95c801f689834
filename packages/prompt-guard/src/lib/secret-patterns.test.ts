import { describe, expect, it } from 'vitest';
import { isOf } from './characters.ts';
import { createPhaseDetectors } from './detectors.ts';
import { resolveOptions } from './options.ts';
import { createReplyChannel, pushText } from './reply-channel.ts';
import { type SecretPattern, secretPatterns } from './secret-patterns.ts';

const detectors = createPhaseDetectors('reply', resolveOptions({}));

/** The text as it leaves, each character a piece of its own. */
function pass(text: string): string {
  const judge = (detector: { type: string } | undefined) => `[${detector?.type}]`;
  const rules = { scan: detectors.scanTable(false), terms: detectors.terms, judge };
  const channel = createReplyChannel(rules, false);
  const left = [...text].map((letter) => pushText(channel, letter, false));
  return left.join('') + pushText(channel, '', true);
}

const alphabet = 'q8Zx7Vn2Lk5Jh9Gf3Ds1bA6c0Ye4Tw_RmPu-/';

/** A key as the pattern has them: of its characters, so long as the verdict needs. */
function keyOf({ prefix, classes, length }: SecretPattern): string {
  const usable = [...alphabet].filter((letter) => isOf(letter.charCodeAt(0), classes));
  return prefix + Array.from({ length }, (_, at) => usable[at % usable.length]).join('');
}

describe('secret patterns', () => {
  it('are no placeholders for the letters of a word that were drawn by chance', () => {
    const drawn = ['yoUR', 'xXxxx', 'exAmple', 'dUMMY'];
    for (const letters of drawn)
      expect(pass(`use sk-proj-7iHkk3qYI8Z0OWB7NJMG${letters}ocaJ3mozz5Zq1`)).toBe('use [SECRET]');
    for (const word of ['your', 'YOUR', 'Your', 'xxxx', 'XXXX', 'example', 'EXAMPLE', 'Dummy']) {
      const placeholder = `use sk-proj-7iHkk3qYI8Z0OWB7NJMG${word}ocaJ3mozz5Zq1`;
      expect(pass(placeholder)).toBe(placeholder);
    }
  });

  it.each(secretPatterns.map((pattern) => [`${pattern.name} ${pattern.prefix}`, pattern]))(
    'find %s as it streams, and no shorter one',
    (_, pattern) => {
      const key = keyOf(pattern as SecretPattern);
      expect(pass(`use ${key}, please`)).toBe('use [SECRET], please');
      const short = `use ${key.slice(0, -12)} and go`;
      if ((pattern as SecretPattern).length > 20) expect(pass(short)).toBe(short);
    },
  );

  it.each([
    ['', 'sk-proj-FZtMHaqmHiwPLcPFuHpHIrRsaUgYLoWcAVTWoGYNYKTUdIV'],
    ['', 'SG.gIQwXnRfLUpZbTKdVWyo'],
    ['password = ', 'aoRxDjZlRilDfsAkpNSf'],
  ])('find %s%s, in which there is no digit', (name, key) => {
    expect(pass(`use ${name}${key}, please`)).toBe(`use ${name}[SECRET], please`);
  });

  it.each([
    'sk-proj-theNameOfTheProjectThatIsMeant',
    'sk-proj-the-name-of-the-project-that-is-meant',
    'SG.createHTTPServerFromURLAndAPI',
    'fw_getHTTPServerURLFromAPIName',
    'password = getPasswordFromTheVault',
    'secret = loadHTTPSCertificateOfTheAPI',
  ])('leave %s alone, which are words', (words) => {
    expect(pass(`use ${words}, please`)).toBe(`use ${words}, please`);
  });

  it('stand in the order in which the longer prefix comes first', () => {
    secretPatterns.forEach(({ prefix }, at) => {
      const shadowed = secretPatterns.slice(at + 1).filter((one) => one.prefix.startsWith(prefix));
      for (const one of shadowed) expect(pass(`${keyOf(one)} `)).toBe('[SECRET] ');
    });
  });
});
