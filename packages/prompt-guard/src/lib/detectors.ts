/** Puts together what a phase has to look for. */
import type { ValueDetector } from './detector.ts';
import type { GuardAction, Phase, ResolvedOptions, ValueCategory } from './options.ts';
import { cardDetector, createIbanDetectors, emailDetector } from './personal.ts';
import { placeholderDetectors } from './placeholder.ts';
import { privateKeyDetector } from './private-key.ts';
import { createScanTable, type ScanTable } from './scanner.ts';
import {
  createAssignmentDetectors,
  createPrefixDetectors,
  urlPasswordDetector,
} from './secrets.ts';
import { createTermTable, foldTerm, type TermTable } from './terms.ts';

export interface PhaseDetectors {
  /**
   * What a text has to be scanned with.
   *
   * @param text when it is whole: what can not be in it is not looked for.
   */
  scanTable(withPlaceholders: boolean, text?: string): ScanTable;
  readonly terms: TermTable | undefined;
  /** Whether any finding would be reported, and whether any would be redacted or blocked. */
  readonly reports: boolean;
  readonly enforces: boolean;
  actionOf(detector: ValueDetector | undefined, value: string): GuardAction;
}

export function createPhaseDetectors(phase: Phase, options: ResolvedOptions): PhaseDetectors {
  const { isShadow, allowed } = options;
  const actions = options.actions[phase];
  const detectors: ValueDetector[] = [];
  if (actions.secret !== 'allow') {
    detectors.push(
      privateKeyDetector,
      urlPasswordDetector,
      ...createPrefixDetectors(),
      ...createAssignmentDetectors(),
    );
  }
  if (actions.iban !== 'allow') detectors.push(...createIbanDetectors());
  if (actions.card !== 'allow') detectors.push(cardDetector);
  if (actions.email !== 'allow') detectors.push(emailDetector);
  const terms =
    actions['deny-list'] === 'allow' ? undefined : createTermTable(options.deny, options.allow);
  const categories = new Set<ValueCategory>(detectors.map((one) => one.category as ValueCategory));
  if (terms !== undefined) categories.add('deny-list');
  const used = [...categories].map((category) => actions[category]);
  const tables: (ScanTable | undefined)[] = [];

  return {
    scanTable(withPlaceholders, text) {
      // Every word may begin an address: without the sign in it a text is read much faster.
      const withEmail = text === undefined || /[@\uff20\\]/.test(text);
      const index = (withPlaceholders ? 2 : 0) + (withEmail ? 1 : 0);
      return (tables[index] ??= createScanTable([
        ...(withPlaceholders ? placeholderDetectors : []),
        ...(withEmail ? detectors : detectors.filter(({ category }) => category !== 'email')),
      ]));
    },
    terms,
    reports: used.length > 0,
    enforces: !isShadow && used.some((action) => action === 'redact' || action === 'block'),
    actionOf(detector, value) {
      if (detector === undefined) return actions['deny-list'];
      if (detector.category === 'placeholder') return 'allow';
      if (detector.category !== 'secret' && allowed.size > 0 && allowed.has(foldTerm(value)))
        return 'allow';
      return actions[detector.category];
    },
  };
}
