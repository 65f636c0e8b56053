import type { RunConfig } from '#contract/run-config.ts';
import { drawingOf, type Box } from '../../architecture/drawing.ts';
import { drawingLabel, edgeText, layerDetail, layerName } from '../../architecture/words.ts';
import type { ColourName } from '../../charts/style-of-run.ts';
import { count } from '../../wording/number-text.ts';
import { colour, svg, type Figure, type SvgNode } from '../svg.ts';

const mono = 'JetBrains Mono, ui-monospace, Consolas, Menlo, monospace';
const edge = 6;

/** The window's drawing of a model: shapes and parameters, from input to output. */
export function architectureFigure(config: RunConfig): Figure {
  const drawing = drawingOf(config);
  const isCool = config.branches === 'both' && config.embedding === 'shared';
  return {
    width: drawing.width + 2,
    height: drawing.height + 2,
    label: drawingLabel(drawing, config),
    nodes: [
      svg(
        'g',
        { transform: 'translate(1 1)' },
        ...drawing.edges
          .filter(({ path }) => path !== '')
          .flatMap(({ id, path, isImpossible }) => [
            svg('path', {
              d: path,
              fill: 'none',
              stroke: colour(isImpossible ? 'error' : 'field'),
              'stroke-width': 1.4,
            }),
            ...(id === 'input-stem' ? [] : headNodes(path)),
          ]),
        ...drawing.edges
          .filter(({ shape }) => shape !== null)
          .flatMap((of) => {
            const text = edgeText(of, config);
            const half = (text.length * 6.7 + 8) / 2;
            return [
              svg('rect', {
                x: of.labelX - half,
                y: of.labelY - 7,
                width: 2 * half,
                height: 14,
                fill: colour('panel'),
              }),
              svg(
                'text',
                {
                  x: of.labelX,
                  y: of.labelY + 4,
                  'text-anchor': 'middle',
                  'font-size': 11,
                  'font-family': mono,
                  fill: colour(of.isImpossible ? 'error' : 'text2'),
                },
                text,
              ),
            ];
          }),
        ...(drawing.ring === null ? [] : [ringNode(drawing.ring)]),
        ...drawing.boxes.map((box) => boxNode(box, config, isCool)),
      ),
    ],
  };
}

/** An arrow's head where a path ends: all of them end in a level or an upright line. */
function headNodes(path: string): SvgNode[] {
  const end = endOf(path);
  return [
    svg('path', {
      d: end.isLevel
        ? `M${end.x - end.sign * edge} ${end.y - 4}L${end.x} ${end.y}L${end.x - end.sign * edge} ${end.y + 4}`
        : `M${end.x - 4} ${end.y - edge}L${end.x} ${end.y}L${end.x + 4} ${end.y - edge}`,
      fill: 'none',
      stroke: colour('field'),
      'stroke-width': 1.4,
    }),
  ];
}

/** Where a path of M, H, V and q ends, and in which direction. */
function endOf(path: string): Readonly<{ x: number; y: number; isLevel: boolean; sign: number }> {
  let [x, y, isLevel, sign] = [0, 0, false, 1];
  for (const [, command = '', numbers = ''] of path.matchAll(/([MHVq])([^MHVq]*)/g)) {
    const values = numbers
      .trim()
      .split(/[\s,]+/)
      .map(Number);
    if (command === 'M') [x, y] = [values[0] ?? 0, values[1] ?? 0];
    else if (command === 'q') [x, y] = [x + (values[2] ?? 0), y + (values[3] ?? 0)];
    else if (command === 'V') [y, isLevel] = [values[0] ?? 0, false];
    else {
      sign = (values[0] ?? 0) >= x ? 1 : -1;
      [x, isLevel] = [values[0] ?? 0, true];
    }
  }
  return { x, y, isLevel, sign };
}

const ringNode = ({ x, y }: Readonly<{ x: number; y: number }>): SvgNode =>
  svg(
    'g',
    {
      transform: `translate(${x} ${y})`,
      fill: 'none',
      stroke: colour('text'),
      'stroke-width': 1.5,
    },
    svg('circle', { r: 14, fill: colour('panel') }),
    svg('path', { d: 'M-5.5 0h11M0-5.5v11' }),
  );

function boxNode(box: Box, config: RunConfig, isCool: boolean): SvgNode {
  const hue = hueOf(box, isCool);
  const isTable = box.kind === 'embedding';
  const nameY = box.hasDetail ? 18 : 16;
  // A long name leaves the first line to itself.
  const isLong = layerName(box, config).length > 20 && box.width < 300;
  const strong = { 'font-size': 12.5, 'font-weight': 600, fill: colour('text') };
  const track = { x: 12, y: box.height - 8, height: 3, rx: 1.5 };
  return svg(
    'g',
    { transform: `translate(${box.x} ${box.y})` },
    svg('rect', {
      width: box.width,
      height: box.height,
      rx: 6,
      fill: colour(isTable ? tintOf(box, isCool) : box.kind === 'input' ? 'sunken' : 'panel'),
      stroke: colour(isTable ? hue : 'line2'),
      'stroke-width': isTable ? 1.5 : 1,
    }),
    ...(box.lane === null
      ? []
      : [svg('rect', { x: 0, y: 3, width: 3, height: box.height - 6, rx: 1, fill: colour(hue) })]),
    svg('text', { ...strong, x: 12, y: nameY }, layerName(box, config)),
    ...(box.hasDetail
      ? [
          svg(
            'text',
            { x: 12, y: 33, 'font-size': 11, fill: colour('text2') },
            layerDetail(box, config),
          ),
        ]
      : []),
    ...(box.kind === 'input'
      ? []
      : [
          svg(
            'text',
            { ...strong, x: box.width - 10, y: isLong ? 33 : nameY, 'text-anchor': 'end' },
            count(box.parameters),
          ),
        ]),
    ...(box.parameters === 0
      ? []
      : [
          svg('rect', { ...track, width: box.width - 22, fill: colour('line') }),
          svg('rect', {
            ...track,
            width: Math.max(3, (box.width - 22) * box.share),
            fill: colour(hue),
          }),
        ]),
  );
}

const hueOf = ({ lane }: Box, isCool: boolean): ColourName =>
  lane === null ? 'text2' : lane === 'shared' ? 'b' : `${isCool ? 'b' : 'a'}-${lane}`;

const tintOf = ({ lane }: Box, isCool: boolean): ColourName =>
  lane === 'shared' || isCool ? 'tint-b' : `tint-a-${lane ?? 'cnn'}`;
