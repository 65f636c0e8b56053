import * as m from '#messages';

import { accuracy, count, duration, fixed, loss, points } from '../../widgets/format.ts';
import type { MeasureName } from './measures.ts';

const minus = '−';

const labels: Readonly<Record<MeasureName, () => string>> = {
  accuracy: m.compare_measure_accuracy,
  loss: m.compare_measure_loss,
  gap: m.compare_measure_gap,
  brier: m.compare_measure_brier,
  calibration: m.compare_measure_calibration,
  confidenceCalibration: m.compare_measure_confidence_calibration,
  rocArea: m.compare_measure_roc_area,
  averagePrecision: m.compare_measure_average_precision,
  secondsPerEpoch: m.compare_measure_seconds,
  epoch: m.compare_measure_epoch,
  parameters: m.compare_measure_parameters,
};

export function measureLabel(name: MeasureName): string {
  return labels[name]();
}

export function measureText(name: MeasureName, value: number): string {
  switch (name) {
    case 'accuracy':
      return accuracy(value);
    case 'loss':
      return loss(value);
    case 'gap':
      return value < 0 ? m.compare_minus({ value: points(value) }) : points(value);
    case 'brier':
    case 'calibration':
    case 'confidenceCalibration':
    case 'rocArea':
    case 'averagePrecision':
      return fixed(value, 4);
    case 'secondsPerEpoch':
      return duration(value);
    // A mean over seeds can lie between two epochs.
    case 'epoch':
      return Number.isInteger(value) ? count(value) : fixed(value, 1);
    case 'parameters':
      return count(value);
  }
}

/** The size of a difference, or of a spread. */
export function sizeText(name: MeasureName, size: number): string {
  if (name === 'accuracy' || name === 'gap') return points(size);
  // In the decimals of the values beside it.
  return name === 'loss' && Math.abs(size) >= 0.00005
    ? fixed(Math.abs(size), 4)
    : measureText(name, Math.abs(size));
}

/** A difference with its sign, or in words where that is plainer. */
export function differenceText(name: MeasureName, difference: number): string {
  const size = Math.abs(difference);
  if (name === 'epoch' || name === 'parameters') {
    if (size < 0.05) return m.compare_the_same();
    if (name === 'epoch')
      return difference < 0
        ? m.compare_earlier({ count: sizeText(name, size) })
        : m.compare_later({ count: sizeText(name, size) });
    return difference < 0
      ? m.compare_fewer({ count: count(size) })
      : m.compare_more({ count: count(size) });
  }
  const sign = difference < 0 ? minus : difference > 0 ? '+' : '';
  return `${sign}${sizeText(name, size)}`;
}
