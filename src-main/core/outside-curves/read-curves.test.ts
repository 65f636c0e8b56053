import { expect, test } from 'vitest';

import { readCurves } from './read-curves.ts';

/** A table as text, a line a row. */
function read(...lines: string[]) {
  const [header = [], ...rows] = lines.map((line) => line.split('|'));
  return readCurves({ header, rows, lines: rows.map((_, index) => index + 2) });
}
const nothing = {
  loss: null,
  accuracy: null,
  valLoss: null,
  valAccuracy: null,
  testLoss: null,
  testAccuracy: null,
};

test("Keras's CSVLogger counts from 0, in an order of its own", () => {
  const found = read(
    'epoch|accuracy|learning_rate|loss|val_accuracy|val_loss',
    '1|0.8|0.001|0.4|0.75|0.5',
    '0|0.5|0.001|0.7|0.5|nan',
  );
  expect(found).toEqual({
    curves: [
      {
        name: null,
        epochs: [
          { ...nothing, epoch: 1, loss: 0.7, accuracy: 0.5, valAccuracy: 0.5 },
          { ...nothing, epoch: 2, loss: 0.4, accuracy: 0.8, valAccuracy: 0.75, valLoss: 0.5 },
        ],
      },
    ],
    isFromZero: true,
    unusedColumns: ['learning_rate'],
  });
});

test('a column tells several curves apart; names of columns are read as people write them', () => {
  const found = read('Run|Epoch|Val. loss|testAcc', 'x|1|0,5|1', 'y|1|1e-3|0', 'x|2||0.5');
  expect(found.curves).toEqual([
    {
      name: 'x',
      epochs: [
        { ...nothing, epoch: 1, valLoss: 0.5, testAccuracy: 1 },
        { ...nothing, epoch: 2, testAccuracy: 0.5 },
      ],
    },
    { name: 'y', epochs: [{ ...nothing, epoch: 1, valLoss: 0.001, testAccuracy: 0 }] },
  ]);
  expect(found.isFromZero).toBe(false);
});

test.each([
  [['Wall time|Step|Value', '1|1|1'], 'it has no column "epoch" among Wall time, Step, Value.'],
  [['epoch|lr', '1|1'], 'it has none of loss, accuracy'],
  [['epoch|acc|accuracy', '1|1|1'], 'two columns are accuracy.'],
  [['epoch|loss', '1.5|1'], 'line 2 has the epoch "1.5"'],
  [['epoch|loss', '|1'], 'line 2 has the epoch ""'],
  [['epoch|loss', '1|0.5', '1|0.4'], 'line 3 is about epoch 1'],
  [['epoch|loss', '1|low'], 'line 2 has "low" as loss'],
  [['epoch|loss', '1|1,234,567'], 'line 2 has "1,234,567" as loss'],
  [['epoch|val_acc', '1|86.5'], 'line 2 has 86.5 as valAccuracy; accuracies are shares'],
  [['run|epoch|loss', '|1|1'], 'line 2 has no name'],
  [['epoch|loss', '1|-0.5'], 'line 2 has -0.5 as loss; a loss is not below 0.'],
  [['epoch|loss', `1|${'x'.repeat(1000)}`], `line 2 has "${'x'.repeat(37)}..." as loss`],
  [['epoch|loss'], 'it has a header and no epochs.'],
  [[''], 'it has no column "epoch"'],
])('what cannot be read is named: %j', (lines, sentence) => {
  expect(() => read(...lines)).toThrow(sentence);
});
