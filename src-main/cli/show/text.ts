import { endOf, padEnd, padStart, startOf, widthOf } from '#core/wording/display-width.ts';
import type { FormatName } from '#core/metrics/format.ts';
import { currentLanguage } from '#core/wording/language.ts';
import { momentText } from '#core/wording/moment-text.ts';
import * as m from '#messages';

/** Text for people on a terminal. */

/** With the minus of a keyboard, which can be searched for. */
export const withKeyboardMinus = (line: string): string => line.replaceAll('−', '-');

/** Columns as wide as their widest cell; columns named in `right` are aligned right. */
export function table(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  right: readonly string[] = [],
): string[] {
  // A row is a line, whatever a stored name holds.
  const lines = rows.map((row) => row.map((cell) => cell.replaceAll(/[\r\n\t]+/g, ' ')));
  const widths = header.map((title, column) =>
    Math.max(widthOf(title), ...lines.map((row) => widthOf(row[column] ?? ''))),
  );
  const isRight = header.map((title) => right.includes(title));
  return [header, ...lines].map((row) =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? '';
        return isRight[column] === true ? padStart(cell, width) : padEnd(cell, width);
      })
      .join('  ')
      .trimEnd(),
  );
}

/** Rows whose cells of one column are cut in the middle, so that the table fits `width`; null: as they are. */
export function fitted(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  column: number,
  width: number | null,
): readonly (readonly string[])[] {
  if (width === null) return rows;
  const others = header.reduce((sum, title, index) => {
    const widest = Math.max(widthOf(title), ...rows.map((row) => widthOf(row[index] ?? '')));
    return index === column ? sum : sum + widest + 2;
  }, 0);
  const most = Math.max(leastName, width - others);
  return rows.map((row) =>
    row.map((cell, index) => (index === column ? cutMiddle(cell, most) : cell)),
  );
}

/** Of a name both ends tell most: the variant stands first, the seed last. */
export function cutMiddle(text: string, most: number): string {
  if (widthOf(text) <= most) return text;
  const end = endOf(text, Math.floor((most - 3) / 2));
  return `${startOf(text, most - 3 - widthOf(end))}...${end}`;
}

const leastName = 20;

/** Names and values, one pair a line; further lines of a value stand in its column, where they cannot pass for another pair. */
export function pairs(entries: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...entries.map(([name]) => widthOf(name)));
  return entries.flatMap(([name, value]) =>
    value
      .split(/\r\n|\r|\n/)
      .map((line, index) => `${padEnd(index === 0 ? name : '', width)}  ${line}`.trimEnd()),
  );
}

/** In at most so many columns. */
export const shortened = (text: string, most: number): string =>
  widthOf(text) <= most ? text : `${startOf(text, most - 3).trimEnd()}...`;

export const count = (value: number): string => value.toLocaleString('en-US');
export const decimal = (value: number | null | undefined, digits = 4): string =>
  value === null || value === undefined ? '-' : value.toFixed(digits);
/** A share between 0 and 1 as per cent. */
export const percent = (share: number | null | undefined, digits = 2): string =>
  share === null || share === undefined ? '-' : `${(share * 100).toFixed(digits)} %`;

export function figureText(format: FormatName, value: number | null): string {
  if (format === 'share') return percent(value);
  if (format === 'count') return value === null ? '-' : count(value);
  return decimal(value, format === 'seconds' ? 1 : 4);
}

export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let size = value;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit] ?? ''}`;
}

export function duration(seconds: number): string {
  if (seconds < 60) return m.cli_seconds({ seconds: seconds.toFixed(seconds < 10 ? 1 : 0) });
  const whole = Math.round(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0
    ? m.cli_hours({ hours, minutes })
    : m.cli_minutes({ minutes, seconds: whole % 60 });
}

/** `5 hours ago`, in the language of the messages. */
export function ago(iso: string, now: Date): string {
  const seconds = Math.round((now.getTime() - Date.parse(iso)) / 1000);
  const units = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
    ['second', 1],
  ] as const;
  // A single one of a unit is told in the smaller one: 90 minutes, not 1 hour.
  const [unit, length] = units.find(([, of]) => Math.abs(seconds) >= 2 * of) ?? ['second', 1];
  return new Intl.RelativeTimeFormat(currentLanguage()).format(-Math.floor(seconds / length), unit);
}

/** From the least to the most that can be expected. */
export const spanText = ([low, high]: readonly [number, number]): string =>
  high < 1
    ? m.cli_less_than_a_second()
    : duration(low) === duration(high)
      ? duration(low)
      : low < 1
        ? m.cli_up_to({ time: duration(high) })
        : m.compare_grid_range({ low: duration(low), high: duration(high) });

/** `2026-01-31T12:34:56.789Z` -> `2026-01-31 12:34`, in the machine's time zone. */
export const moment = (iso: string): string => momentText(new Date(iso));
