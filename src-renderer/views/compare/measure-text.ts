import { formats, type FormatName } from '#core/metrics/format.ts';

import * as m from '#messages';
import { count } from '../../widgets/format.ts';

const minus = '−';

/** A difference with its sign, or in words where that is plainer. */
export function differenceText(format: FormatName, difference: number): string {
  const size = Math.abs(difference);
  const text = formats[format].writeSize(size);
  if (format === 'epoch' || format === 'count') {
    if (size < 0.05) return m.compare_the_same();
    if (format === 'epoch')
      return difference < 0 ? m.compare_earlier({ count: text }) : m.compare_later({ count: text });
    return difference < 0
      ? m.compare_fewer({ count: count(size) })
      : m.compare_more({ count: count(size) });
  }
  const sign = difference < 0 ? minus : difference > 0 ? '+' : '';
  return `${sign}${text}`;
}
