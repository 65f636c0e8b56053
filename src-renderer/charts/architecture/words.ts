import * as m from '../../messages/compiled/messages.js';
import { count } from '../../widgets/format.ts';
import type { DrawnConfig, Layer } from './drawing.ts';

/** `500 × 64` */
export function shapeText(shape: readonly number[]): string {
  return shape.map((size) => count(size)).join(' × ');
}

export function layerName(layer: Layer, config: DrawnConfig): string {
  switch (layer.kind) {
    case 'input':
      return m.new_run_arch_input();
    case 'embedding':
      return layer.lane === 'shared'
        ? m.new_run_arch_embedding_shared()
        : layer.lane === 'cnn'
          ? m.new_run_arch_embedding_cnn()
          : m.new_run_arch_embedding_lstm();
    case 'conv':
      return m.new_run_arch_conv({
        kernel: config.kernelSize,
        padding: config.convPadding === 'same' ? m.fields_value_same() : m.fields_value_valid(),
      });
    case 'pool':
      return m.new_run_arch_pool();
    case 'cnnDense':
      return m.new_run_arch_dense({ units: config.hiddenUnits });
    case 'lstm':
      return m.new_run_arch_lstm();
    case 'flatten':
      return m.new_run_arch_flatten();
    case 'concat':
      return m.new_run_arch_concat();
    case 'output':
      return m.new_run_arch_output();
  }
}

export function layerDetail(layer: Layer, config: DrawnConfig): string {
  switch (layer.kind) {
    case 'input':
      return config.padding === 'pre' ? m.new_run_arch_padded_front() : m.new_run_arch_padded_end();
    case 'embedding': {
      const sizes = { words: count(config.numWords), dims: count(config.embeddingDim), dropout: config.embeddingDropout };
      return layer.lane === 'shared' ? m.new_run_arch_table_shared(sizes) : m.new_run_arch_table(sizes);
    }
    case 'conv':
      return m.new_run_arch_filters({ filters: count(config.filters) });
    case 'pool':
      return m.new_run_arch_over_positions();
    case 'cnnDense':
      return m.new_run_arch_dropout({ dropout: config.denseDropout });
    case 'lstm':
      return m.new_run_arch_units({ units: count(config.hiddenUnits), activation: config.lstmActivation });
    case 'flatten':
      return m.new_run_arch_side_by_side();
    case 'concat':
      return '';
    case 'output':
      return m.new_run_arch_probability();
  }
}
