import type { RunConfig } from '#contract/run-config.ts';
import * as m from '#messages';

import { layersOf } from '../../architecture/drawing.ts';
import { layerDetail, layerName, shapeText } from '../../architecture/words.ts';
import { count } from '../../wording/number-text.ts';
import { layerParameters } from '../../model/shapes.ts';
import type { Item, Table } from '../document.ts';
import { architectureFigure } from '../figures/architecture.ts';
import { figureCell, type Tell, type Told } from './told.ts';

/** More drawings than these are of no use in a document. */
const most = 8;
/** Of more models than these one table tells the layers. */
const mostLayerTables = 2;

/** Every model that differs in what is drawn, with its layers. */
export const architecture: Tell = ({ models }) => {
  const all = drawnModels(models);
  const isMany = all.length > mostLayerTables;
  return [
    ...(isMany ? [allLayers(all)] : []),
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
        ...(isMany ? [] : [layers(config, names, index)]),
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

/** Models whose networks are the same, together. */
export function drawnModels(
  models: Told['models'],
): readonly Readonly<{ config: RunConfig; names: readonly string[] }>[] {
  const drawn = new Map<string, { config: RunConfig; names: string[] }>();
  for (const { name, group } of models) {
    const key = drawnKey(group.config);
    const known = drawn.get(key);
    if (known === undefined) drawn.set(key, { config: group.config, names: [name] });
    else known.names.push(name);
  }
  return [...drawn.values()];
}

const layers = (config: RunConfig, names: readonly string[], index: number): Table => ({
  kind: 'table',
  id: `layers-${index + 1}`,
  caption: m.report_caption_layers({ names: names.slice(0, 6).join(', ') }),
  columns: [
    { title: m.report_column_layer(), isNumber: false },
    { title: m.common_detail(), isNumber: false },
    { title: m.report_column_shape(), isNumber: true },
    { title: m.metrics_parameters(), isNumber: true },
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
});

const allLayers = (
  models: readonly Readonly<{ config: RunConfig; names: readonly string[] }>[],
): Table => ({
  kind: 'table',
  id: 'layers',
  caption: m.report_caption_all_layers(),
  columns: [
    { title: m.report_column_model(), isNumber: false },
    ...[
      m.report_column_embeddings(),
      m.report_column_convolution(),
      m.report_column_cnn_dense(),
      m.architecture_lstm(),
      m.report_column_shape(),
      m.report_column_total(),
    ].map((title) => ({ title, isNumber: true })),
  ],
  rows: models.map(({ config, names }) => {
    const { embeddings, conv, cnnDense, lstm, output, total } = layerParameters(config);
    const inTables = embeddings.reduce((sum, of) => sum + of, 0);
    return {
      cells: [
        { text: names.slice(0, 6).join(', ') },
        ...[inTables, conv, cnnDense, lstm, output, total].map((of) => figureCell(of, count)),
      ],
    };
  }),
  notes: [],
});

/** Equal for models whose drawings are the same. */
const drawnKey = (config: RunConfig): string => JSON.stringify(architectureFigure(config));
