// The public collections, read from where `shared/data` lies beside the repository.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../.scripts/lib/workspace.mjs';

const folder = join(repository, '../shared/data/semantic');

/** Whether the collections are there. */
export const hasData = () => existsSync(join(folder, 'clinc150/data_full.json'));

/** CLINC150: short requests of 150 intents, and requests of none (`oos`), which nothing may answer. */
export function clinc150() {
  const data = JSON.parse(readFileSync(join(folder, 'clinc150/data_full.json'), 'utf8'));
  return {
    name: 'CLINC150',
    stored: rows(data.train),
    asked: rows([...data.test, ...data.oos_test]),
  };
}

/** HWU64: short requests of 64 intents; every fifth is asked, the others are stored. */
export function hwu64() {
  const text = readFileSync(join(folder, 'hwu64/watson_kfold1_train_intents.csv'), 'utf8');
  const all = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const at = line.lastIndexOf(',');
      return { text: line.slice(0, at).replace(/^"|"$/g, ''), answer: line.slice(at + 1).trim() };
    });
  return {
    name: 'HWU64',
    stored: all.filter((_, index) => index % 5 !== 0),
    asked: all.filter((_, index) => index % 5 === 0),
  };
}

/** SICK: pairs of sentences of which one follows from the other, contradicts it, or neither. */
export function sick() {
  const [, ...lines] = readFileSync(join(folder, 'sick/SICK.txt'), 'utf8').split('\n');
  return lines
    .map((line) => line.trim().split('\t'))
    .filter((cells) => cells.length >= 5)
    .map(([, stored, asked, , judgement]) => ({ stored, asked, judgement }));
}

/** Pairs of sentences with how alike people find them, 0 to 5: STS-B's test part, and questions of SemEval 2016. */
export function scoredPairs() {
  const read = (path) => readFileSync(join(folder, path), 'utf8').split('\n');
  const sts = read('stsbenchmark/sts-test.csv')
    .map((line) => line.split('\t'))
    .filter((cells) => cells.length >= 7)
    .map((cells) => ({ score: Number(cells[4]), left: cells[5], right: cells[6] }));
  const questions = read('semeval-sts-questions/2016-question-question.tsv')
    .map((line) => line.split('\t'))
    .filter(([score, left, right]) => score?.trim() && left && right)
    .map(([score, left, right]) => ({ score: Number(score), left, right }));
  return { 'STS-B, test part': sts, 'SemEval 2016 question-question': questions };
}

/** A small Model2Vec model with a quantised vocabulary: real, and far smaller than one to use. */
export function tinyModel() {
  const read = (name) =>
    readFileSync(join(folder, 'model2vec-format-fixture/vocab-quantized', name));
  return {
    weights: read('model.safetensors'),
    tokenizer: JSON.parse(read('tokenizer.json')),
    config: JSON.parse(read('config.json')),
  };
}

function rows(list) {
  return list.map(([text, answer]) => ({ text, answer }));
}
