/** The text, or as much of its start as fits in `width` px with an ellipsis. */
export function fitText(
  pen: Pick<CanvasRenderingContext2D, 'measureText'>,
  text: string,
  width: number,
): string {
  if (pen.measureText(text).width <= width) return text;
  let [kept, over] = [1, text.length];
  while (over - kept > 1) {
    const middle = Math.floor((kept + over) / 2);
    if (pen.measureText(`${text.slice(0, middle)}…`).width <= width) kept = middle;
    else over = middle;
  }
  return `${text.slice(0, kept).trimEnd()}…`;
}

let ruler: CanvasRenderingContext2D | null = null;

/** Measures text as canvases of the page draw it: one outside of the page lacks the page's tabular figures, which are wider. */
export function pageRuler(): CanvasRenderingContext2D {
  if (ruler === null) {
    const canvas = document.createElement('canvas');
    canvas.hidden = true;
    document.body.append(canvas);
    ruler = canvas.getContext('2d');
  }
  if (ruler === null) throw new Error('A canvas measures text.');
  return ruler;
}
