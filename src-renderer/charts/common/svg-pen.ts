import type { Pen } from './pen.ts';

type Style = Pen['fillStyle'];
type State = Readonly<{ x: number; y: number }>;

/** Draws what a canvas would, as SVG; `text` gives the file. */
export class SvgPen implements Pen {
  fillStyle: Style = '#000000';
  strokeStyle: Style = '#000000';
  lineWidth = 1;
  font = '11px sans-serif';
  textAlign: CanvasTextAlign = 'left';
  textBaseline: CanvasTextBaseline = 'alphabetic';
  imageSmoothingEnabled = true;
  readonly #parts: string[] = [];
  readonly #ruler = document.createElement('canvas').getContext('2d');
  #path = '';
  #dash: readonly number[] = [];
  #at: State = { x: 0, y: 0 };
  #saved: State[] = [];

  text(width: number, height: number): string {
    const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
    return `<svg xmlns="http://www.w3.org/2000/svg" ${size}>\n${this.#parts.join('\n')}\n</svg>\n`;
  }

  save(): void {
    this.#saved.push(this.#at);
  }

  restore(): void {
    this.#at = this.#saved.pop() ?? this.#at;
  }

  translate(x: number, y: number): void {
    this.#at = { x: this.#at.x + x, y: this.#at.y + y };
  }

  beginPath(): void {
    this.#path = '';
  }

  closePath(): void {
    this.#path += 'Z';
  }

  moveTo(x: number, y: number): void {
    this.#path += `M${this.#point(x, y)}`;
  }

  lineTo(x: number, y: number): void {
    this.#path += `${this.#path === '' ? 'M' : 'L'}${this.#point(x, y)}`;
  }

  /** Whole circles are all that is drawn. */
  arc(x: number, y: number, radius: number): void {
    const r = shortest(radius);
    this.#path += `M${this.#point(x - radius, y)}a${r} ${r} 0 1 0 ${shortest(2 * radius)} 0a${r} ${r} 0 1 0 ${shortest(-2 * radius)} 0Z`;
  }

  fill(): void {
    this.#parts.push(`<path d="${this.#path}" ${paintOf('fill', this.fillStyle)}/>`);
  }

  stroke(): void {
    this.#parts.push(`<path d="${this.#path}" fill="none" ${this.#outline()}/>`);
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.#parts.push(
      `<rect ${this.#box(x, y, width, height)} ${paintOf('fill', this.fillStyle)}/>`,
    );
  }

  strokeRect(x: number, y: number, width: number, height: number): void {
    this.#parts.push(`<rect ${this.#box(x, y, width, height)} fill="none" ${this.#outline()}/>`);
  }

  fillText(text: string, x: number, y: number, most = Infinity): void {
    const anchor =
      { center: 'middle', right: 'end', end: 'end' }[this.textAlign as string] ?? 'start';
    const squeezed =
      this.measureText(text).width > most
        ? ` textLength="${shortest(most)}" lengthAdjust="spacingAndGlyphs"`
        : '';
    // Programs that draw SVG know no common middle of a line: it is a third of an em above its foot.
    const drop = this.textBaseline === 'middle' ? ' dy="0.35em"' : '';
    this.#parts.push(
      `<text x="${shortest(x + this.#at.x)}" y="${shortest(y + this.#at.y)}"${drop} text-anchor="${anchor}"${squeezed} ` +
        `style="font: ${escaped(this.font)}" ${paintOf('fill', this.fillStyle)}>${escaped(text)}</text>`,
    );
  }

  measureText(text: string): TextMetrics {
    if (this.#ruler === null) throw new Error('A canvas measures text.');
    this.#ruler.font = this.font;
    return this.#ruler.measureText(text);
  }

  setLineDash(dash: Iterable<number>): void {
    this.#dash = [...dash];
  }

  drawImage(image: HTMLCanvasElement, x: number, y: number, width: number, height: number): void {
    const sharp = this.imageSmoothingEnabled ? '' : ' style="image-rendering: pixelated"';
    this.#parts.push(
      `<image href="${image.toDataURL('image/png')}" ${this.#box(x, y, width, height)} preserveAspectRatio="none"${sharp}/>`,
    );
  }

  #outline(): string {
    const dash = this.#dash.length === 0 ? '' : ` stroke-dasharray="${this.#dash.join(' ')}"`;
    return `stroke-width="${shortest(this.lineWidth)}"${dash} ${paintOf('stroke', this.strokeStyle)}`;
  }

  #point(x: number, y: number): string {
    return `${shortest(x + this.#at.x)} ${shortest(y + this.#at.y)}`;
  }

  #box(x: number, y: number, width: number, height: number): string {
    return `x="${shortest(x + this.#at.x)}" y="${shortest(y + this.#at.y)}" width="${shortest(width)}" height="${shortest(height)}"`;
  }
}

/** A colour with its opacity apart, which more programs read than eight digits. */
function paintOf(what: 'fill' | 'stroke', style: Style): string {
  const colour = typeof style === 'string' ? style : '#808080';
  const [, opaque, alpha] = /^(#[0-9a-f]{6})([0-9a-f]{2})$/i.exec(colour) ?? [];
  if (opaque === undefined || alpha === undefined) return `${what}="${escaped(colour)}"`;
  return `${what}="${opaque}" ${what}-opacity="${shortest(parseInt(alpha, 16) / 255)}"`;
}

const shortest = (value: number): string => String(Number(value.toFixed(2)));

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
