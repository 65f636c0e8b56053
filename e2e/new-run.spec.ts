import { expect, test } from './fixtures.ts';

test.use({ scenario: 'sample' });

/** Label -> values out of bounds, and the sentence that says what to do. */
const bounds: readonly (readonly [string, readonly string[], string])[] = [
  ['Review length', ['7', '2,001', '12.5', 'many', ''], 'Use a whole number from 8 to 2,000.'],
  ['Vocabulary', ['99', '200,001'], 'Use a whole number from 100 to 200,000.'],
  ['Use at most', ['15', 'all'], 'Use a whole number of at least 16, or none.'],
  ['Embedding size', ['1', '1,025'], 'Use a whole number from 2 to 1,024.'],
  ['Filters', ['0', '2,049'], 'Use a whole number from 1 to 2,048.'],
  ['kernel', ['0', '10'], 'Use a whole number from 1 to 9.'],
  ['Hidden units', ['1', '1,025'], 'Use a whole number from 2 to 1,024.'],
  ['Embedding dropout', ['-0.1', '0.91'], 'Use a number from 0 to 0.9.'],
  ['Dense dropout', ['-0.1', '0.91'], 'Use a number from 0 to 0.9.'],
  ['Batch', ['0', '4,097'], 'Use a whole number from 1 to 4,096.'],
  ['Learning rate', ['0', '1.01', '-1'], 'Use a number above 0 and at most 1.'],
  ['Share of train held out', ['0.04', '0.51'], 'Use a number from 0.05 to 0.5'],
  ['Epochs, at most', ['0', '10,001'], 'Use a whole number from 1 to 10,000.'],
  ['Patience', ['0', '1,001', '2.5'], 'Use a whole number from 1 to 1,000, or none.'],
  ['Least improvement', ['-1'], 'Use a number of at least 0.'],
  ['Clip gradients at', ['0'], 'Use a number above 0, or none.'],
  ['Seed', ['0', '2,147,483,648'], 'Use a whole number from 1 to 2,147,483,647.'],
  ['how many', ['0', '13'], 'Use a whole number from 1 to 12.'],
  ['Threads', ['0', '257'], 'Use a whole number from 1 to 256, or auto.'],
];

test('every field out of bounds says what to do and blocks the start', async ({
  chrome,
  newRun,
}) => {
  await chrome.open('New run');
  await expect(newRun.start).toBeEnabled();
  for (const [label, values, sentence] of bounds) {
    await test.step(label, async () => {
      const field = newRun.field(label);
      const before = await field.inputValue();
      for (const value of values) {
        await newRun.fill({ [label]: value });
        await expect.soft(field, value).toHaveAttribute('aria-invalid', 'true');
        await expect.soft(newRun.errors, value).toContainText(sentence);
        await expect.soft(newRun.start, value).toBeDisabled();
        await expect.soft(newRun.toFix, value).toHaveText(/1 to fix/);
      }
      // A reader hears the sentence with the field.
      await expect.soft(field).toHaveAccessibleDescription(new RegExp(escaped(sentence)));
      await newRun.fill({ [label]: before });
      await expect.soft(newRun.errors).toHaveCount(0);
      await expect.soft(newRun.start).toBeEnabled();
    });
  }
});

test('a wrong field is led to, and nothing starts with it', async ({
  workbench,
  chrome,
  newRun,
  runs,
}) => {
  await chrome.open('New run');
  await newRun.fill({ 'Review length': '8', kernel: '9' });
  await expect(newRun.errors).toContainText(
    'Use a kernel of at most 8 tokens, the length of a review.',
  );
  await newRun.toFix.click();
  await expect(newRun.field('kernel')).toBeFocused();
  await workbench.keyboard.press('Enter');
  await expect(chrome.heading('New run')).toBeVisible();
  await chrome.open('Runs');
  await expect(workbench.getByText('No runs yet.')).toBeVisible();
  await expect(runs.rows).toHaveCount(0);
  // What was typed is still there.
  await chrome.open('New run');
  await expect(newRun.field('kernel')).toHaveValue('9');
});

test('what may go wrong is said before the start, with the way out', async ({ chrome, newRun }) => {
  await chrome.open('New run');

  await newRun.select('LSTM activation', 'ReLU');
  const relu = newRun.warning('ReLU can drive the loss to NaN');
  await expect(relu).toBeVisible();
  await expect(newRun.start).toBeEnabled();
  await newRun.action('Use tanh').click();
  await expect(relu).toBeHidden();

  await newRun.option('Validate on', 'Test split').check({ force: true });
  const chosenByTest = newRun.warning('The test split then also decides when to stop.');
  await expect(chosenByTest).toBeVisible();
  await expect(newRun.start).toBeEnabled();
  await newRun.action('Hold out 20 %').click();
  await expect(chosenByTest).toBeHidden();
  await expect(newRun.field('Share of train held out')).toHaveValue('0.2');
});

test('parameters are counted while they are typed', async ({ chrome, newRun }) => {
  await chrome.open('New run');
  await newRun.fill({
    Vocabulary: '6000',
    'Embedding size': '64',
    Filters: '300',
    kernel: '3',
    'Hidden units': '300',
    'Review length': '650',
  });
  await expect(newRun.architecture).toContainText('2,092,201 parameters');
  await expect(newRun.architecture).toContainText('B would have 1,798,501');
  await newRun.plan('Variant B').check({ force: true });
  await expect(newRun.architecture).toContainText('1,798,501 parameters');
  await expect(newRun.architecture).toContainText('A would have 2,092,201');

  const others: readonly Sizes[] = [
    { V: 20_000, E: 33, F: 128, k: 5, H: 7, T: 200 },
    { V: 100, E: 2, F: 1, k: 1, H: 2, T: 8 },
    { V: 200_000, E: 1024, F: 2048, k: 9, H: 1024, T: 2000 },
  ];
  for (const sizes of others) {
    await test.step(JSON.stringify(sizes), async () => {
      // Live: with every key, before a field is left.
      await newRun.field('Vocabulary').fill(String(sizes.V));
      await newRun.field('Embedding size').fill(String(sizes.E));
      await newRun.field('Filters').fill(String(sizes.F));
      await newRun.field('kernel').fill(String(sizes.k));
      await newRun.field('Hidden units').fill(String(sizes.H));
      await newRun.field('Review length').fill(String(sizes.T));
      const a = written(parametersOfA(sizes));
      const b = written(parametersOfB(sizes));
      await newRun.plan('Variant A').check({ force: true });
      await expect(newRun.architecture).toContainText(`${a} parameters`);
      await expect(newRun.architecture).toContainText(`B would have ${b}`);
      await newRun.plan('Variant B').check({ force: true });
      await expect(newRun.architecture).toContainText(`${b} parameters`);
      await expect(newRun.architecture).toContainText(`A would have ${a}`);
      await newRun.layerTable.click();
      const all = newRun.layers.getByRole('row').last();
      await expect(all).toContainText('All');
      await expect(all.getByRole('cell', { name: b, exact: true })).toBeVisible();
      await newRun.layers.getByRole('button', { name: 'Close' }).click();
    });
  }
});

test('all that is wrong is counted, and the first of it reached', async ({ chrome, newRun }) => {
  await chrome.open('New run');
  for (const [label, [bad = '']] of bounds) await newRun.field(label).fill(bad);
  await expect(newRun.toFix).toHaveText(`${bounds.length} to fix`);
  await newRun.toFix.click();
  await expect(newRun.field('Review length')).toBeFocused();
  await newRun.fill({ 'Review length': '300' });
  await newRun.toFix.click();
  await expect(newRun.field('Vocabulary')).toBeFocused();
  await expect(newRun.estimate).toContainText('Once every field is right');
});

test('the original experiment is one click away, and its validation is told', async ({
  chrome,
  newRun,
}) => {
  await chrome.open('New run');
  await newRun.fill({ Batch: '32' });
  await newRun.base('Original experiment').check({ force: true });
  for (const [label, value] of Object.entries({
    Vocabulary: '6,000',
    'Review length': '500',
    'Embedding size': '64',
    'Hidden units': '128',
    Filters: '300',
    kernel: '3',
    Batch: '300',
    'Epochs, at most': '1,000',
    Patience: '5',
    'Learning rate': '0.001',
  })) {
    await expect(newRun.field(label)).toHaveValue(value);
  }
  await expect(newRun.option('Validate on', 'Test split')).toBeChecked();
  await expect(newRun.warning('As the original did.')).toBeVisible();
  await expect(newRun.warning('The test split then also decides when to stop.')).toBeVisible();
  await expect(newRun.warning('No changes')).toBeVisible();
  await newRun.base('Defaults').check({ force: true });
  await expect(newRun.field('Share of train held out')).toHaveValue('0.2');
});

test('the plan says how many runs it starts, and the share that is cut', async ({
  chrome,
  newRun,
}) => {
  await chrome.open('New run');
  await expect(newRun.start).toHaveText(/^Start run/);
  await newRun.plan('A + B pair').check({ force: true });
  await newRun.fill({ 'how many': '3' });
  await expect(newRun.start).toHaveText(/^Start 6 runs/);
  await newRun.plan('Grid').check({ force: true });
  await newRun.fill({ 'how many': '1' });
  await expect(newRun.start).toHaveText(/^Start 8 runs/);

  await newRun.fill({ 'Review length': '8' });
  await expect(newRun.field('Review length')).toHaveAccessibleDescription(
    /\d % fit, [\d,]+ lose their start\./,
  );
  await newRun.option('Cut at the', 'End').check({ force: true });
  await expect(newRun.field('Review length')).toHaveAccessibleDescription(/lose their end\./);
});

test.describe('without data', () => {
  test.use({ scenario: 'empty' });

  test('it says what to do first and leads there', async ({ workbench, chrome, newRun }) => {
    await chrome.open('New run');
    await expect(newRun.start).toBeDisabled();
    await newRun.importFirst.click();
    await expect(chrome.heading('Data')).toBeVisible();
    await expect(workbench.getByText(/^No data yet\. Import reviews/)).toBeVisible();
  });
});

/** Words, embedding, filters, kernel, hidden units, tokens. */
type Sizes = Readonly<Record<'V' | 'E' | 'F' | 'k' | 'H' | 'T', number>>;

const parametersOfA = ({ V, E, F, k, H, T }: Sizes): number =>
  2 * V * E + (k * E * F + F) + 2 * 4 * (E * H + H * H + H) + (F + 2 * H * T + 1);
const parametersOfB = ({ V, E, F, k, H, T }: Sizes): number =>
  V * E + (k * E * F + F) + (F * H + H) + 2 * 4 * (E * H + H * H + H) + (H + 2 * H * T + 1);
const written = (count: number): string => count.toLocaleString('en-US');

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
