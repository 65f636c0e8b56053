import path from 'node:path';

import { figuresOf, forReaders, type FigureItem } from '#core/reports/document.ts';
import { onPaper } from '#core/reports/palette.ts';
import { renderMarkdown } from '#core/reports/render/markdown.ts';
import { svgText } from '#core/reports/svg.ts';
import * as m from '#messages';

import { writeFilesWhole, type OutFile } from '../../files/write-file.ts';
import { documentOf } from '../composed.ts';
import { turnOf } from './export-work.ts';
import { createRasteriser, fontFamily } from './rasterise.ts';
import { textParts } from './text-parts.ts';
import type { WriteReport } from './writers.ts';

/** `NAME.md` with its figures in the folder `NAME-figures` beside it. */
export const writeMarkdown: WriteReport = async (_parts, data, file, isForced, work) => {
  const document = forReaders(documentOf(data));
  const rasterise = await createRasteriser();
  const folder = `${path.basename(file, path.extname(file))}-figures`;
  const ending = rasterise === null ? 'svg' : 'png';
  const picture = ({ id }: FigureItem): string => `${folder}/${id}.${ending}`;
  const figures = figuresOf(document).map((item): OutFile => ({
    path: path.join(path.dirname(file), picture(item)),
    *parts() {
      const text = svgText(item.alone ?? item.figure, onPaper, fontFamily);
      if (rasterise === null) yield* textParts([text]);
      else yield rasterise(text);
    },
  }));
  const text: OutFile = {
    path: file,
    parts: () => textParts([renderMarkdown(document, picture)]),
  };
  const files = [text, ...figures];
  return {
    files: await writeFilesWhole(files, isForced, turnOf(work, files)),
    notes: rasterise === null ? [m.report_figures_svg()] : [],
  };
};
