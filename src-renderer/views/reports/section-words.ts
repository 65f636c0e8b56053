import type { ReportBlock, ReportFormat, SectionKind } from '#contract/report.ts';
import * as m from '#messages';

/** What a section tells, in the words of its heading. */
export const sectionNames: Readonly<Record<SectionKind, () => string>> = {
  question: m.common_question,
  verdict: m.reports_section_verdict,
  metrics: m.common_metrics,
  curves: m.reports_section_curves,
  differences: m.common_what_differs,
  flips: m.common_reviews_that_flip,
  sentence: m.reports_section_sentence,
  vocabulary: m.reports_section_vocabulary,
  methods: m.common_methods,
  architecture: m.common_architecture,
  data: m.reports_section_data,
  environment: m.common_training_record,
  reproduce: m.common_reproduce,
};

/** Of a text, its heading or how it begins. */
export function blockName(block: ReportBlock): string {
  if (block.kind !== 'text') return sectionNames[block.kind]();
  return (block.heading ?? '').trim() || block.text.trim().slice(0, 80) || m.reports_text_empty();
}

type FormatWords = Readonly<{ label: string; ending: string; note: () => string }>;

/** `ending`: what the name of its file or folder ends with. */
export const formatWords: Readonly<Record<ReportFormat, FormatWords>> = {
  html: { label: 'HTML', ending: '.html', note: m.reports_note_html },
  pdf: { label: 'PDF', ending: '.pdf', note: m.reports_note_pdf },
  md: { label: 'Markdown', ending: '.md', note: m.reports_note_md },
  latex: { label: 'LaTeX', ending: '.tex', note: m.reports_note_latex },
  csv: { label: 'CSV', ending: '.csv', note: m.reports_note_csv },
  json: { label: 'JSON', ending: '.json', note: m.reports_note_json },
  png: { label: m.reports_format_png(), ending: '-png', note: m.reports_note_png },
  svg: { label: m.reports_format_svg(), ending: '-svg', note: m.reports_note_svg },
  keras: { label: m.reports_format_keras(), ending: '-keras', note: m.reports_note_keras },
  tensorboard: { label: 'TensorBoard', ending: '-tensorboard', note: m.reports_note_tensorboard },
};
