export type Literal =
  string | number | boolean | null | readonly Literal[] | Readonly<{ [key: string]: Literal }>;

/** A value as Python writes it; what is in it stays data, whatever its text is. */
export function pythonLiteral(value: Literal, indent = ''): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number')
    return Number.isFinite(value) ? String(value) : `float("${value}")`;
  // JSON's escapes are a part of Python's.
  if (typeof value === 'string') return JSON.stringify(value);
  const inner = `${indent}    `;
  if (isList(value)) {
    const items = value.map((item) => pythonLiteral(item, inner));
    const line = `[${items.join(', ')}]`;
    return line.length <= 80 ? line : `[\n${inner}${items.join(`,\n${inner}`)},\n${indent}]`;
  }
  const lines = Object.entries(value).map(
    ([key, item]) => `${inner}${JSON.stringify(key)}: ${pythonLiteral(item, inner)},`,
  );
  return ['{', ...lines, `${indent}}`].join('\n');
}

const isList = (value: Literal): value is readonly Literal[] => Array.isArray(value);
