import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { expect, test } from './fixtures.ts';
import {
  koreanCsv,
  oddCsv,
  reviews,
  writeArchive,
  writeFolder,
  writeTruncatedArchive,
  writeUnequalNpz,
} from './scenarios/corpora.ts';

const evilPickle = path.resolve(
  import.meta.dirname,
  '../src-main/features/datasets/importers/fixtures/evil.npz',
);

test('a folder of reviews is imported, shown and kept', async ({ workbench: page, data }, info) => {
  const folder = info.outputPath('aclImdb');
  writeFolder(folder, reviews(25));
  await data.importPath(folder);
  await expect(data.dataset('aclImdb')).toContainText('50 train, 50 test');
  await data.ready();
  await expect(page.getByRole('img', { name: 'Train: 25 positive, 25 negative' })).toBeVisible();
  await expect(data.fit).toHaveText(/^100(\.0+)? % fit$/);
  await expect(data.review).toContainText(/bad train1x0 .*start 1 *bad/);

  // Length and encoding follow the mark on the curve.
  await data.coverage.press('Home');
  await expect(data.fit).toHaveText(/^0(\.0+)? % fit$/);
  await expect(page.getByText('50 are cut')).toBeVisible();

  await test.step('the same content again is the same dataset', async () => {
    await data.importPath(folder);
    await expect(page.getByText(/already|before|same/i).first()).toBeVisible();
    await expect(data.datasets.getByRole('listitem')).toHaveCount(1);
  });

  await page.reload();
  await expect(data.dataset('aclImdb')).toBeVisible();
});

test('an import shows how far it is and can be cancelled', async ({
  workbench: page,
  data,
}, info) => {
  const archive = info.outputPath('large.tar.gz');
  await writeArchive(archive, reviews(12_000, 60));
  await data.importPath(archive);
  await expect(data.progress).toBeVisible();
  await expect(
    data.datasets.getByText(/^(Reading|Counting words|Encoding|Storing) [\d,]/),
  ).toBeVisible();
  await data.cancelImport.click();
  await expect(page.getByText('Import cancelled; nothing was kept.')).toBeVisible();
  await expect(page.getByText('No data yet.')).toBeVisible();
  await page.reload();
  await expect(page.getByText('No data yet.')).toBeVisible();
});

const refused: readonly Readonly<{
  what: string;
  file: string;
  make: (file: string) => Promise<void> | void;
  sentence: RegExp;
}>[] = [
  {
    what: 'a folder without reviews',
    file: 'holidays',
    make: (folder) => {
      mkdirSync(folder);
      writeFileSync(path.join(folder, 'notes.txt'), 'none of them a review');
    },
    sentence: /No reviews were found in holidays\. They are expected as train\/pos, train\/neg/,
  },
  {
    what: 'a truncated archive',
    file: 'broken.tar.gz',
    make: writeTruncatedArchive,
    sentence: /broken\.tar\.gz is cut off.*(again|it)/i,
  },
  {
    what: 'an npz whose arrays disagree',
    file: 'unequal.npz',
    make: writeUnequalNpz,
    sentence: /x_train has 4 rows and y_train has 3\. Save both with the same length\./,
  },
  {
    what: 'a foreign file',
    file: 'picture.png',
    make: (file) => {
      writeFileSync(file, Buffer.from('89504e470d0a1a0a0000000d', 'hex'));
    },
    sentence: /picture\.png cannot be imported: .* What can be: CSV, TSV, JSON Lines/,
  },
];

for (const { what, file, make, sentence } of refused) {
  test(`${what} is refused with a sentence and leaves nothing`, async ({
    workbench: page,
    data,
  }, info) => {
    const source = info.outputPath(file);
    await make(source);
    await data.importPath(source);
    await expect(data.alerts).toHaveText(sentence);
    await data.leaveFailure();
    await expect(page.getByText('No data yet.')).toBeVisible();
    await page.reload();
    await expect(page.getByText('No data yet.')).toBeVisible();
  });
}

test('a pickle that asks to run something is refused, and so is a missing file', async ({
  workbench: page,
  data,
}, info) => {
  await data.importPath(evilPickle);
  await expect(data.alerts).toHaveText(
    /its pickle asks to create or run posix\.system, and Twofold .* runs nothing from a file\./,
  );
  await data.leaveFailure();
  await expect(page.getByText('No data yet.')).toBeVisible();
  await data.importPath(info.outputPath('nothing-here'));
  await expect(data.alerts).toHaveText(/nothing-here does not exist\. Check the path\./);
  await data.leaveFailure();
  await data.importPath('');
  await expect(data.alerts).toHaveText('Type a path, or browse for the file or folder.');
});

test('a CSV with odd labels is mapped in the dialog and can be trained on', async ({
  workbench: page,
  chrome,
  data,
  newRun,
  runs,
}, info) => {
  const file = info.outputPath('opinions.csv');
  writeFileSync(file, oddCsv(60));
  await data.lookAt(file);
  await expect(
    data.dialog.getByText('CSV · UTF-8 · semicolon · with a header · 120 rows'),
  ).toBeVisible();
  await expect(data.startImport).toBeDisabled();

  await data.chooseColumn('Label', 'verdict');
  await data.meaning('thumbs down', 'negative');
  await expect(data.dialog.getByText('60 negative, 60 positive: 50.0 % positive.')).toBeVisible();
  await data.startImport.click();
  await expect(data.dataset('opinions')).toContainText('96 train, 24 test');
  await data.ready();
  await expect(page.getByRole('img', { name: 'Train: 48 positive, 48 negative' })).toBeVisible();

  await test.step('the words of each class are at the ends of the log-odds', async () => {
    await data.sortBy('Log-odds');
    await expect(data.words.first()).toHaveText('lovely');
    await data.sortBy('Log-odds');
    await expect(data.words.first()).toHaveText('tedious');
  });

  await test.step('a run trains on it', async () => {
    await data.newRun.click();
    await newRun.ready();
    await newRun.fill({
      'Review length': '16',
      Vocabulary: '100',
      'Embedding size': '4',
      Filters: '4',
      'Hidden units': '4',
      Batch: '32',
      'Epochs, at most': '1',
    });
    await newRun.start.click();
    await expect(chrome.heading('Runs')).toBeVisible();
    await expect(runs.state(runs.row('A'), 'Finished')).toBeVisible();
  });
});

test('a Korean CSV in cp949 shows its text, before and after the import', async ({
  workbench: page,
  data,
}, info) => {
  const file = info.outputPath('naver.csv');
  writeFileSync(file, koreanCsv);
  await data.lookAt(file);
  await expect(data.dialog.getByText(/^CSV · EUC-KR · comma/)).toBeVisible();
  await expect(
    data.dialog.getByRole('cell', { name: '정말 재미있는 영화 1', exact: true }),
  ).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(data.dataset('naver')).toBeVisible();
  await data.ready();
  await expect(data.review).toContainText(/재미있는 영화|지루한 영화/);
  await expect(page.getByRole('heading', { name: 'Encoding was guessed' })).toBeVisible();
});

test('copies across splits are listed, shown and left out of a second import', async ({
  workbench: page,
  data,
}, info) => {
  const file = info.outputPath('twice.csv');
  const rows = Array.from(
    { length: 20 },
    (_, at) => `"review number ${at} is here",${at % 2},train`,
  );
  const copies = [0, 1].map((at) => `"review number ${at} is here",${at},test`);
  writeFileSync(
    file,
    [
      'text,label,split',
      ...rows,
      ...copies,
      'new words entirely,1,test',
      'others again,0,test',
    ].join('\n'),
  );
  await data.importPath(file);
  await data.ready();
  await page.getByRole('button', { name: 'Show the reviews' }).click();
  await page.getByRole('button', { name: 'test review 1', exact: true }).click();
  await expect(data.review).toContainText('review number 1 is here');
  await page.getByRole('button', { name: 'Import again without them' }).click();
  await expect(data.path).toHaveValue(file);
  await data.startImport.click();
  await expect(data.dataset('twice, cleaned')).toContainText('20 train, 2 test');
});

test.describe('with a trained pair', () => {
  test.use({ scenario: 'pair' });

  test('a dataset is exported to a file that imports back to it', async ({
    workbench: page,
    chrome,
    data,
  }, info) => {
    const file = info.outputPath('reviews.jsonl');
    await data.choose('Synthetic reviews', 'Export');
    await page.getByRole('textbox', { name: 'File', exact: true }).fill(file);
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    await expect(chrome.notes).toContainText(`Synthetic reviews exported to ${file}`);
    await data.importPath(file);
    await expect(page.getByText(/Already imported as/)).toBeVisible();
  });

  test('a dataset goes with its runs, and both come back', async ({
    workbench: page,
    chrome,
    data,
    runs,
  }) => {
    await data.choose('Synthetic reviews', 'Remove with its 2 runs');
    await expect(chrome.notes).toContainText('Synthetic reviews and 2 runs moved to trash.');
    await expect(page.getByText('No data yet.')).toBeVisible();
    await chrome.undo.click();
    await expect(data.dataset('Synthetic reviews')).toBeVisible();
    await chrome.open('Runs');
    await expect(runs.rows).toHaveCount(2);
    await expect(runs.state(runs.row('A'), 'Finished')).toBeVisible();
  });
});
