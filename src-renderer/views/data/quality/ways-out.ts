import type { Dataset, Finding } from '#contract/dataset.ts';
import { wayOutOf, type WayOut } from '#core/wording/way-out.ts';
import * as m from '#messages';

import { tellingWords } from '../../../parts/datasets/finding-words.ts';
import type { Again } from '../import/again.ts';

/** What the screen can do. */
export type Acts = Readonly<{
  find: (text: string) => void;
  again: (how: Again) => void;
  export: () => void;
}>;

type Link = Readonly<{ label: string; run: () => void }>;

/** What can be done about a finding on the screen. */
export function waysOut(finding: Finding, dataset: Dataset, acts: Acts): Link[] {
  const way = wayOutOf(finding, dataset);
  return [...finds(finding, dataset, acts), ...(way === null ? [] : [linkOf(way, acts)])];
}

/** The words that give the label away can be read where they stand. */
function finds(finding: Finding, { hasTexts }: Dataset, acts: Acts): Link[] {
  const words = hasTexts ? tellingWords(finding) : [];
  return words.map((word) => ({
    label: words.length === 1 ? m.data_finding_find() : m.data_finding_find_word({ word }),
    run: () => acts.find(word),
  }));
}

function linkOf(way: WayOut, { again, export: exportIt }: Acts): Link {
  switch (way.kind) {
    case 'drop':
      return { label: m.data_finding_again(), run: () => again({ drop: way.drop }) };
    case 'dropWords':
      return { label: m.data_finding_again(), run: () => again({ words: way.words }) };
    case 'encoding':
      return { label: m.data_finding_again_encoding(), run: () => again({ isReading: true }) };
    case 'stripHtml':
      return {
        label: m.data_finding_again_html(),
        run: () => again({ choices: { pipeline: { html: 'stripped' } } }),
      };
    case 'segmenter':
      return {
        label: m.data_finding_again_segmenter(),
        run: () => again({ choices: { pipeline: { words: 'segmenter' } } }),
      };
    case 'folders':
      return {
        label: m.data_finding_again_folders(),
        run: () => again({ choices: { format: 'folders' } }),
      };
    case 'labels':
      return { label: m.data_finding_again_labels(), run: () => again({}) };
    case 'drawnSplits':
      return { label: m.data_finding_again_drawn(), run: () => again({ isDrawn: true }) };
    case 'export':
      return { label: m.data_finding_export(), run: exportIt };
  }
}
