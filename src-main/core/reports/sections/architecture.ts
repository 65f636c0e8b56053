import * as m from '#messages';

import { layersOf, type DrawnConfig } from '../../architecture/drawing.ts';
import { layerDetail, layerName, shapeText } from '../../architecture/words.ts';
import { count } from '../../number-text.ts';
import { layerParameters } from '../../shapes.ts';
import type { Item } from '../document.ts';
import { architectureFigure } from '../figures/architecture.ts';
import { figureCell, type Tell } from './told.ts';

/** More drawings than these are of no use in a document. */
const most = 8;

/** Every model that differs in what is drawn, with its layers. */
export const architecture: Tell = ({ models }) => {
  const drawn = new Map<string, { config: DrawnConfig; names: string[] }>();
  for (const { name, group } of models) {
    const key = drawnKey(group.config);
    const known = drawn.get(key);
    if (known === undefined) drawn.set(key, { config: group.config, names: [name] });
    else known.names.push(name);
  }
  const all = [...drawn.values()];
  return [
    ...all.slice(0, most).flatMap(({ config, names }, index): Item[] => {
      const caption = m.report_caption_architecture({
        names: names.slice(0, 6).join(', '),
        parameters: count(layerParameters(config).total),
      });
      return [
        {
          kind: 'figure',
          id: `architecture-${index + 1}`,
          caption,
          figure: architectureFigure(config),
        },
        {
          kind: 'table',
          id: `layers-${index + 1}`,
          caption: m.report_caption_layers({ names: names.slice(0, 6).join(', ') }),
          columns: [
            { title: m.report_column_layer(), isNumber: false },
            { title: m.report_column_detail(), isNumber: false },
            { title: m.report_column_shape(), isNumber: true },
            { title: m.report_column_parameters(), isNumber: true },
          ],
          rows: layersOf(config).map((layer) => ({
            cells: [
              { text: layerName(layer, config) },
              { text: layerDetail(layer, config) },
              { text: shapeText(layer.shape) },
              figureCell(layer.parameters, count),
            ],
          })),
          notes: [],
        },
      ];
    }),
    ...(all.length > most
      ? [
          {
            kind: 'paragraph',
            tone: 'note',
            text: m.report_more_models({ count: all.length - most }),
          } satisfies Item,
        ]
      : []),
  ];
};

/** Equal for models whose drawings are the same. */
function drawnKey(config: DrawnConfig): string {
  const { embeddingDropout, denseDropout, lstmActivation, padding } = config;
  return JSON.stringify([
    architectureFigure(config),
    embeddingDropout,
    denseDropout,
    lstmActivation,
    padding,
  ]);
}
