/** How hard a call looks, by signs that anyone can check. */
import { estimateTokens, type ModelCall } from '@wintergate/wire';
import { firstUserText, lastUserText } from './call-text.ts';

/** One sign and what it adds. */
export interface DifficultySign {
  readonly sign: string;
  readonly adds: number;
}

export interface Difficulty {
  /** From 0 (easy) to 1. */
  readonly score: number;
  /** What it is made of. */
  readonly signs: readonly DifficultySign[];
}

const maxText = 8000;
/** What asks for steps rather than for a fact. */
const reasoning =
  /\b(?:prove|proof|derive|deduce|infer|step[- ]by[- ]step|trade-?offs?|compare|contrast|evaluate|analy[sz]e|critique|optimi[sz]e|diagnose|refute|theorem|paradox|puzzle|riddle|logic(?:al|ally)?|strategy|architecture|assess|justify|implications?)\b/gi;
/** Making or mending a program. */
const making =
  /\b(?:write|implement|create|build|develop|design|debug|fix|refactor|optimi[sz]e|port|translate|complete)\b/i;
const program =
  /```|\b(?:functions?|programs?|codes?|scripts?|algorithms?|class(?:es)?|quer(?:y|ies)|sql|regex|apis?|website|html|python|javascript|typescript|java|c\+\+|rust|golang|arrays?|linked lists?|binary tree|data structures?|recursi(?:ve|on)|unit tests?|stack trace|compiler?)\b/gi;
/** Quantities that are to be worked out. */
const working =
  /\b(?:solve|calculate|compute|find|how (?:many|much|long|far|old)|what is the (?:value|sum|area|probability|total|remainder|average)|probability|equation|inequality|integers?|remainder|derivative|integral|percent(?:age)?|total|average|sum|area|speed|twice|half|ratio)\b/gi;
const numbers = /\d+(?:\.\d+)?|\bf\(x\)|[∑∫√≤≥≠π]/g;
const conditions =
  /\b(?:if|unless|except|must|at least|at most|exactly|only|without|between|each|every|both|neither|either)\b/gi;

/**
 * Scores a call by its last user message and its frame: length, words that ask for reasoning, code,
 * mathematics, conditions, several questions, tools, a schema, a long conversation. Hand-made weights;
 * English words only: in other languages it goes by length, numbers and frame. What it finds is in the README.
 *
 * @example
 * const { score, signs } = difficultyOf(call);
 */
export function difficultyOf(call: ModelCall): Difficulty {
  const text = lastUserText(call).slice(0, maxText);
  const signs: DifficultySign[] = [];
  const add = (sign: string, amount: number, limit: number) => {
    if (amount > 0) signs.push({ sign, adds: Math.min(amount, limit) });
  };
  add('length', estimateTokens(text) / 800, 0.25);
  add('reasoning', count(text, reasoning) * 0.22, 0.5);
  const programs = count(text, program);
  add('program', programs * 0.08 + (programs > 0 && making.test(text) ? 0.35 : 0), 0.6);
  const quantities = Math.min(count(text, numbers), 3);
  add('quantities', quantities > 1 ? count(text, working) * 0.15 * quantities : 0, 0.6);
  add('conditions', (count(text, conditions) - 1) * 0.08, 0.25);
  add('questions', ((text.match(/\?/g)?.length ?? 0) - 1) * 0.06, 0.15);
  add('tools', call.tools.length * 0.03, 0.15);
  if (call.parameters.responseFormat?.type === 'json-schema') add('schema', 0.08, 1);
  add('turns', (call.messages.length - 3) * 0.02, 0.15);
  // What is asked back stands on what was asked first.
  if (call.messages.length > 1)
    add('first message', count(firstUserText(call), program) * 0.05, 0.2);
  const score = signs.reduce((sum, { adds }) => sum + adds, 0);
  return { score: Math.min(1, score), signs };
}

/** Distinct words or signs. */
function count(text: string, expression: RegExp): number {
  return new Set(
    text
      .slice(0, maxText)
      .match(expression)
      ?.map((word) => word.toLowerCase()),
  ).size;
}
