import { tableLabel } from '#core/embeddings/table-label.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { csvOfSentence, heatmapPanel, rowAsText, rowsOf, type Sentence } from './panels.ts';

const base64 = (values: readonly number[]): string =>
  btoa(String.fromCharCode(...new Uint8Array(Float32Array.from(values).buffer)));

const sentence: Sentence = {
  text: 'not bad',
  label: 1,
  padCount: 464,
  cutCount: 3,
  tokens: [
    { position: 464, word: 'not', id: 24, kind: 'word' },
    { position: 465, word: 'quirky, "so"', id: 2, kind: 'oov' },
  ],
  panels: [
    {
      snapshotId: 's1',
      runId: 'a',
      variant: 'A',
      branch: 'cnn',
      epoch: 6,
      dims: 2,
      p99: 0.4,
      values: base64([0.1, -0.25, 3, 4]),
    },
    {
      snapshotId: 's2',
      runId: 'b',
      variant: 'B',
      branch: 'shared',
      epoch: 6,
      dims: 1,
      p99: 0.4,
      values: base64([7, 8]),
    },
  ],
  epochs: [0, 6],
};
const words = { pads: (count: number) => `${count} pads`, cut: (count: number) => `${count} cut` };
const panels = sentence.panels.map((panel) => heatmapPanel(panel, tableLabel(panel, 'run', true)));

describe('rows', () => {
  it('fold pads and the cut where they stand', () => {
    const pre = rowsOf(sentence, { padding: 'pre', truncating: 'pre' }, words);
    expect(pre.map((row) => (row.kind === 'fold' ? row.text : row.word))).toEqual([
      '3 cut',
      '464 pads',
      'not',
      'quirky, "so"',
    ]);
    const post = rowsOf(
      { ...sentence, cutCount: 0 },
      { padding: 'post', truncating: 'post' },
      words,
    );
    expect(post.map((row) => row.kind)).toEqual(['token', 'token', 'fold']);
  });
});

describe('panels', () => {
  it('are called by variant and branch, or by run where a variant comes twice', () => {
    expect(panels.map((panel) => panel.label)).toEqual(['A-CNN', 'B']);
    expect(tableLabel({ variant: 'A', branch: 'lstm' }, 'A seed 2', false)).toBe('A seed 2-LSTM');
    expect(tableLabel({ variant: null, branch: 'cnn' }, 'custom cnn only seed 1', true)).toBe(
      'custom cnn only seed 1-CNN',
    );
  });

  it('export the exact numbers', () => {
    expect(csvOfSentence(sentence, panels)).toBe(
      'position,word,id,kind,A-CNN 1,A-CNN 2,B 1\r\n464,not,24,word,0.1,-0.25,7\r\n465,"quirky, ""so""",2,oov,3,4,8\r\n',
    );
    const [, , row] = rowsOf(sentence, { padding: 'pre', truncating: 'pre' }, words);
    expect(row?.kind === 'token' && rowAsText(row, panels)).toBe(
      'not\t24\tA-CNN\t0.1\t-0.25\nnot\t24\tB\t7',
    );
  });

  it('write float32 so that it reads back the same', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const panel = heatmapPanel({ ...sentence.panels[1]!, values: base64([value]) }, 'B');
        const text = rowAsText(
          { kind: 'token', index: 0, position: 0, word: 'w', id: 4, token: 'word' },
          [panel],
        );
        expect(Math.fround(Number(text.split('\t')[3]))).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});
