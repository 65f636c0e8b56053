import { expect, it } from 'vitest';

import { SvgPen } from './svg-pen.ts';

const parsed = (text: string): Document => new DOMParser().parseFromString(text, 'image/svg+xml');

it('writes a file that is drawn as the canvas was: places, colours, opacity', () => {
  const pen = new SvgPen();
  pen.save();
  pen.translate(10, 20);
  pen.fillStyle = '#11223380';
  pen.fillRect(1, 2, 3, 4);
  pen.restore();
  pen.strokeStyle = '#445566';
  pen.setLineDash([2, 3]);
  pen.beginPath();
  pen.moveTo(0, 0);
  pen.lineTo(5, 5.123456);
  pen.stroke();
  const file = parsed(pen.text(100, 50));
  const [rect, path] = [file.querySelector('rect'), file.querySelector('path')];
  expect(
    ['x', 'y', 'width', 'fill', 'fill-opacity'].map((name) => rect?.getAttribute(name)),
  ).toEqual(['11', '22', '3', '#112233', '0.5']);
  expect(
    ['d', 'stroke', 'stroke-dasharray', 'fill'].map((name) => path?.getAttribute(name)),
  ).toEqual(['M0 0L5 5.12', '#445566', '2 3', 'none']);
  expect(file.documentElement.getAttribute('viewBox')).toBe('0 0 100 50');
});

it('keeps a word a word, whatever is in it', () => {
  const pen = new SvgPen();
  pen.font = '400 11px "Some Mono", monospace';
  pen.textAlign = 'right';
  pen.fillText('<b> & "x"', 5, 6);
  const text = parsed(pen.text(10, 10)).querySelector('text');
  expect(text?.textContent).toBe('<b> & "x"');
  expect(text?.getAttribute('text-anchor')).toBe('end');
  expect(pen.measureText('wide').width).toBeGreaterThan(5);
});
