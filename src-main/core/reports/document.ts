import * as m from '#messages';

import type { ColourName } from '../charts/style-of-run.ts';
import type { Figure } from './svg.ts';

/**
 * A report as one tree, whatever it is written as. All text is plain: each renderer escapes it at one place, so that nothing a
 * person has typed becomes markup.
 */
export type ReportDocument = Readonly<{
  title: string;
  /** Under the title: what it is about, which weights, when. */
  subtitle: string;
  /** Before the sections, whichever there are: which figures are missing, and why. */
  warnings: readonly string[];
  sections: readonly Section[];
}>;

export type Section = Readonly<{
  id: string;
  heading: string;
  items: readonly Item[];
  /** It has nothing to tell: its items say why, to who composes the report and not to who reads it. */
  isEmpty?: boolean;
}>;

/** As it is handed over: without the sections that have nothing to tell. */
export const forReaders = ({ sections, ...rest }: ReportDocument): ReportDocument => ({
  ...rest,
  sections: sections.filter(({ isEmpty }) => isEmpty !== true),
});

export const warningItems = ({ warnings }: ReportDocument): Item[] =>
  warnings.map((text) => ({ kind: 'paragraph', tone: 'concern', text }));

/** A sentence for each section that is left out of what is handed over. */
export const leftOutOf = ({ sections }: ReportDocument): readonly string[] =>
  sections.flatMap(({ heading, items, isEmpty }) => {
    const why = items.flatMap((item) => (item.kind === 'paragraph' ? [item.text] : [])).join(' ');
    return isEmpty === true ? [m.report_section_left_out({ heading, why })] : [];
  });

export const figuresOf = ({ sections }: ReportDocument): readonly FigureItem[] =>
  sections.flatMap(({ items }) => items).filter((item) => item.kind === 'figure');

export type Item =
  /** `nothing`: why the section has nothing to tell. */
  | Readonly<{ kind: 'paragraph'; text: string; tone?: 'verdict' | 'concern' | 'note' | 'nothing' }>
  | Readonly<{ kind: 'subheading'; text: string }>
  | Readonly<{ kind: 'list'; items: readonly string[] }>
  /** Names with values. */
  | Readonly<{ kind: 'facts'; rows: readonly (readonly [string, string])[] }>
  | Table
  | Readonly<{ kind: 'code'; text: string }>
  /** How the runs of the figures after it are drawn. */
  | Readonly<{ kind: 'legend'; lines: readonly LegendLine[] }>
  | FigureItem
  /** What somebody else has written, such as a review, under a line about it. */
  | Readonly<{ kind: 'quote'; about: string; text: string }>;

/** Runs that are drawn alike. */
export type LegendLine = Readonly<{ runIds: readonly string[]; name: string; line: LineStyle }>;
export type LineStyle = Readonly<{ colour: ColourName; dash: readonly number[] }>;

export type Table = Readonly<{
  kind: 'table';
  id: string;
  caption: string;
  columns: readonly Column[];
  rows: readonly Row[];
  notes: readonly string[];
}>;

export type Column = Readonly<{
  title: string;
  isNumber: boolean;
  /** Such as an id: one that is broken is not read. */
  isUnbroken?: true;
  /** Which direction is better; none for a fact. */
  goal?: 'higher' | 'lower';
}>;

export type Row = Readonly<{
  cells: readonly Cell[];
  /** Whose figures these are. */
  runId?: string;
  /** A line above it parts it from the rows before. */
  isApart?: boolean;
}>;

export type Cell = Readonly<{
  text: string;
  /** What the column is sorted by, where the text does not tell. */
  value?: number | null;
  /** A stub of the run's line. */
  line?: LineStyle;
  isStrong?: boolean;
}>;

export type FigureItem = Readonly<{
  kind: 'figure';
  id: string;
  caption: string;
  figure: Figure;
  /** The same with what the page tells beside it, for a file of its own. */
  alone?: Figure;
  /** Where the curves can be drawn anew from the data: what they show, and the place of the plot. */
  curves?: CurvesPlace;
}>;

export type CurvesPlace = Readonly<{
  /** Fields of an epoch: the solid line, and the thin one. */
  solid: string;
  thin: string;
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** Values at bottom and top, and the epoch at the right; epoch 1 is at the left. */
  low: number;
  high: number;
  lastEpoch: number;
  isPercent: boolean;
}>;
