import { configField, configFieldNames } from '#contract/config-fields.ts';
import type { RunConfig } from '#contract/run-config.ts';
import * as m from '#messages';
import { count } from '../wording/number-text.ts';
import type { Box, Drawing, Edge, Layer } from './drawing.ts';

/** `500 × 64` */
export function shapeText(shape: readonly number[]): string {
  return shape.map((size) => count(size)).join(' × ');
}

/** All of a drawing in words, for who cannot see it. */
export const drawingLabel = (drawing: Drawing, config: RunConfig): string =>
  m.architecture_label({ layers: drawing.boxes.map((box) => boxText(box, config)).join('; ') });

export const boxText = (box: Box, config: RunConfig): string =>
  `${layerName(box, config)} ${layerDetail(box, config)} ${box.parameters}`;

/** What stands on an edge: the shape that passes, or why none can. */
export const edgeText = (edge: Edge, config: RunConfig): string =>
  edge.isImpossible
    ? m.architecture_impossible({ kernel: config.kernelSize, length: config.maxLength })
    : shapeText(edge.shape ?? []);

export function layerName(layer: Layer, config: RunConfig): string {
  switch (layer.kind) {
    case 'input':
      return m.architecture_input();
    case 'embedding':
      return layer.lane === 'shared'
        ? m.architecture_embedding_shared()
        : layer.lane === 'cnn'
          ? m.architecture_embedding_cnn()
          : m.architecture_embedding_lstm();
    case 'conv':
      return m.architecture_conv({
        kernel: config.kernelSize,
        padding: config.convPadding === 'same' ? m.fields_value_same() : m.fields_value_valid(),
      });
    case 'pool':
      return m.architecture_pool();
    case 'cnnDense':
      return m.architecture_dense({ units: config.hiddenUnits });
    case 'lstm':
      return m.architecture_lstm();
    case 'flatten':
      return m.architecture_flatten();
    case 'concat':
      return m.architecture_concat();
    case 'output':
      return m.architecture_output();
  }
}

export function layerDetail(layer: Layer, config: RunConfig): string {
  const options = configFieldNames.flatMap((name) => {
    const { layer: changed, before } = configField(name);
    const value = config[name];
    return changed?.kind !== layer.kind || value === before
      ? []
      : [changed.words({ value: String(value) })];
  });
  return [sizeText(layer, config), ...options].filter((text) => text !== '').join(', ');
}

function sizeText(layer: Layer, config: RunConfig): string {
  switch (layer.kind) {
    case 'input':
      return config.padding === 'pre' ? m.architecture_padded_front() : m.architecture_padded_end();
    case 'embedding': {
      const sizes = {
        words: count(config.numWords),
        dims: count(config.embeddingDim),
        dropout: config.embeddingDropout,
      };
      return layer.lane === 'shared'
        ? m.architecture_table_shared(sizes)
        : m.architecture_table(sizes);
    }
    case 'conv':
      return m.architecture_filters({ filters: count(config.filters) });
    case 'pool':
      return m.architecture_over_positions();
    case 'lstm':
      return m.architecture_units({ units: count(config.hiddenUnits) });
    case 'flatten':
      return m.architecture_side_by_side();
    case 'cnnDense':
    case 'concat':
      return '';
    case 'output':
      return m.architecture_probability();
  }
}
