/** Shorter lines cannot take much memory, whatever is in them. */
const LEAST_CHARACTERS = 10_000;
const MOST_DEEP = 100;
const MOST_PARTS = 100_000;

/**
 * Whether a line of JSON would take far more memory than its own length once it is parsed: by objects in one another, or by very
 * many objects, lists and keys. It is told from the line as it stands, before it is parsed.
 */
export function isTangled(line: string): boolean {
  if (line.length < LEAST_CHARACTERS) return false;
  let depth = 0;
  let parts = 0;
  for (let at = 0; at < line.length; at += 1) {
    switch (line.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(line, at);
        break;
      case OPEN_OBJECT:
      case OPEN_LIST:
        depth += 1;
        parts += 1;
        break;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        depth -= 1;
        break;
      case COLON:
        parts += 1;
        break;
    }
    if (depth > MOST_DEEP || parts > MOST_PARTS) return true;
  }
  return false;
}

const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Where the string that begins at `start` ends; the end of the line where it does not. */
function endOfString(line: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const end = line.indexOf('"', at);
    if (end === -1) return line.length;
    let slashes = 0;
    while (line.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return end;
    at = end + 1;
  }
}
