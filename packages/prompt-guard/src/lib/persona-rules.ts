/** Taking on another self, one that keeps no rules. Rows are explained in `injection-rules.ts`. */
import type { RuleRow } from './injection-rules.ts';

export const personaRules: readonly RuleRow[] = [
  ['do-anything-now', 2, 'do anything now'],
  ['can-do-anything', 1, 'can|able ~2 do anything'],
  [
    'jailbreak-mode',
    2,
    'jailbreak|jailbroken|unfiltered|unrestricted|uncensored|evil mode|version|persona|ai|bot|chatbot|assistant',
  ],
  ['developer-mode', 1, 'developer|debug|dev|god|admin mode'],
  ['developer-mode-on', 2, 'developer|debug|dev|god mode ~3 ENABLED|output|operating'],
  [
    'operating-developer-mode',
    2,
    'operating|running ~3 developer|debug|dev|admin|unrestricted mode',
  ],
  ['from-now-on', 1, 'from now on ~3 you|youre|act|respond|answer|your'],
  ['you-are-now', 1, 'you are now'],
  [
    'no-longer',
    2,
    'no longer ~3 bound|restricted|chatgpt|ai|assistant|limited|censored|constrained',
  ],
  ['no-limits', 1, 'NOLIMIT ~4 LIMIT'],
  ['no-maker-limits', 2, 'NOLIMIT ~5 MAKER ~3 LIMIT'],
  [
    'no-ethics',
    2,
    'NOLIMIT ~3 ethical|moral|ethics|morals|safety|content ~4 LIMIT|considerations|principles|concerns|standards',
  ],
  [
    'not-bound',
    2,
    'NEG ~3 bound|restricted|limited|constrained|abide|adhere|governed ~4 LIMIT|MAKER|RULE',
  ],
  ['never-refuse', 2, 'never|NEG ~2 refuse|decline|reject|deny'],
  ['never-say-cannot', 2, 'never|NEG ~3 say|respond|reply ~4 cant|cannot|sorry|unable|apologize'],
  ['no-warnings', 1, 'NEG|without|any ~3 warnings|disclaimers|disclaimer|moralizing|lecturing'],
  ['as-an-ai', 1, 'as an ai language|model'],
  [
    'answer-anything',
    1,
    'answer|answers|fulfills|fulfill|generate|generates|respond|provide ~2 EVERY ~3 REQUEST',
  ],
  ['bad-content', 1, 'BAD'],
  ['unbound-persona', 1, 'UNBOUND'],
  ['even-if-bad', 2, 'even|regardless|whether|matter|if ~4 BAD'],
  [
    'two-answers',
    2,
    'two|2|both|dual ~3 responses|answers|ways|outputs|paragraphs ~12 MAKER|normal|jailbroken|standard',
  ],
  ['stay-character', 1, 'stay|remain|keep|break|breaking ~3 CHARACTER|developer'],
  ['content-policy', 1, 'openai|openais|content policy|policies|guidelines'],
  [
    'amoral-persona',
    2,
    'NEG|no ~2 morals|ethics|conscience|remorse|feelings ~8 LIMIT|rules|care|law',
  ],
  ['ignore-ethics', 2, 'DROP ~4 ethics|ethical|morals|moral|morality|legality|laws|policy'],
  ['pretend-ai', 1, 'act|pretend|roleplay|simulate ~6 ai|chatgpt|gpt|model|bot|chatbot'],
  ['free-from', 2, 'free ~1 from|of ~2 EVERY|the|its ~3 LIMIT|constraints'],
  ['without-restrictions', 1, 'without restrictions|limitations|filters|censorship'],
  ['insert-prompt', 1, 'insert ~1 prompt|your|question here|prompt'],
];
