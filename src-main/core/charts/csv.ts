/**
 * One CSV line (RFC 4180) with its end: quotes where needed; null is empty; numbers with full digits. A word with a leading sign that a
 * spreadsheet would take for a formula gets an apostrophe.
 */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  const text = isFormula(String(value)) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A number in words is none. */
const isFormula = (text: string): boolean =>
  /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text));
