import { sectionId, type ReportBlock, type SectionKind } from '#contract/report.ts';
import { weightsWord } from '../wording/value-words.ts';
import * as m from '#messages';

import type { ReportData } from './data.ts';
import type { Item, ReportDocument, Section } from './document.ts';
import { architecture } from './sections/architecture.ts';
import { curves } from './sections/curves.ts';
import { data as dataSection } from './sections/data.ts';
import { differences } from './sections/differences.ts';
import { sentence, vocabulary } from './sections/embeddings.ts';
import { environment } from './sections/environment.ts';
import { flips } from './sections/flips.ts';
import { methods } from './sections/methods.ts';
import { metrics } from './sections/metrics.ts';
import { question } from './sections/question.ts';
import { reproduce } from './sections/reproduce.ts';
import { bySentence, toldOf, type Tell, type Told } from './sections/told.ts';
import { verdict } from './sections/verdict.ts';

const sections: Record<SectionKind, Readonly<{ heading: () => string; tell: Tell }>> = {
  question: { heading: m.common_question, tell: question },
  verdict: { heading: m.report_heading_verdict, tell: verdict },
  metrics: { heading: m.common_metrics, tell: metrics },
  curves: { heading: m.report_heading_curves, tell: curves },
  differences: { heading: m.common_what_differs, tell: differences },
  flips: { heading: m.common_reviews_that_flip, tell: flips },
  sentence: { heading: m.reports_section_sentence, tell: sentence },
  vocabulary: { heading: m.report_heading_vocabulary, tell: vocabulary },
  methods: { heading: m.common_methods, tell: methods },
  architecture: { heading: m.common_architecture, tell: architecture },
  data: { heading: m.report_heading_data, tell: dataSection },
  environment: { heading: m.common_training_record, tell: environment },
  reproduce: { heading: m.common_reproduce, tell: reproduce },
};

/** The whole report as one tree, in the order of its blocks; every renderer starts here. */
export function composeReport(data: ReportData): ReportDocument {
  const told = toldOf(data);
  const datasets = data.datasets.map(({ dataset }) => dataset.name).join(', ');
  const { spec, experimentName, createdAt } = data;
  return {
    title: spec.title,
    subtitle: [
      ...(experimentName === null || experimentName === spec.title ? [] : [experimentName]),
      m.report_runs_on({ count: data.runs.length, datasets }),
      m.experiments_weights({ choice: weightsWord(spec.weights) }),
      createdAt.slice(0, 10),
    ].join(' · '),
    warnings: warningsOf(data),
    sections: spec.blocks.map((block, index) => sectionOf(block, index, told)),
  };
}

/** Of which runs figures are missing although they were trained, and why. */
export function warningsOf(data: ReportData): string[] {
  const told = toldOf(data);
  const said = data.metrics.flatMap(({ runId, reason }) =>
    reason === null || told.byId.get(runId)?.run.last === null ? [] : [{ runId, sentence: reason }],
  );
  return bySentence(told, said).map(({ names, sentence: reason }) =>
    m.report_figures_missing({ names, reason }),
  );
}

function sectionOf(block: ReportBlock, index: number, told: Told): Section {
  const id = sectionId(block, index);
  if (block.kind === 'text')
    return { id, heading: block.heading ?? '', items: paragraphsOf(block.text) };
  const { heading, tell } = sections[block.kind];
  const items = tell(told);
  const isEmpty =
    items.length > 0 && items.every((item) => item.kind === 'paragraph' && item.tone === 'nothing');
  return { id, heading: heading(), items, ...(isEmpty ? { isEmpty } : {}) };
}

/** A blank line parts paragraphs. */
const paragraphsOf = (text: string): Item[] =>
  text
    .split(/\r?\n\s*\n/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => ({ kind: 'paragraph', text: part }));
