import { AppError } from '#contract/failure.ts';
import type { ReportSpec } from '#contract/report.ts';
import { composeReport } from '#core/reports/compose.ts';
import { figuresOf } from '#core/reports/document.ts';
import { onPaper } from '#core/reports/palette.ts';
import { svgText } from '#core/reports/svg.ts';
import * as m from '#messages';

import type { ExportWork } from './export-work.ts';
import { gatherReport, type ReportSources } from '../gather.ts';
import { createRasteriser, fontFamily } from './rasterise.ts';
import { textParts } from './text-parts.ts';
import type { OutFile } from './write-folder.ts';

/** A folder with every figure of the report as a file of its own, in their order, to be placed in a text. */
const figureFiles =
  (ending: 'svg' | 'png') =>
  async (
    sources: ReportSources,
    spec: ReportSpec,
    work: ExportWork,
  ): Promise<readonly OutFile[]> => {
    const figures = figuresOf(composeReport(await gatherReport(sources, spec, work)));
    if (figures.length === 0) throw new AppError('invalid', m.report_no_figures());
    const rasterise = ending === 'png' ? await createRasteriser() : null;
    if (ending === 'png' && rasterise === null)
      throw new AppError('unavailable', m.report_no_rasteriser());
    return figures.map(({ id, figure, alone = figure }, index) => ({
      path: `${String(index + 1).padStart(2, '0')}-${id}.${ending}`,
      *parts() {
        const text = svgText(alone, onPaper, fontFamily);
        if (rasterise === null) yield* textParts([text]);
        else yield rasterise(text);
      },
    }));
  };

export const svgFiles = figureFiles('svg');
export const pngFiles = figureFiles('png');
