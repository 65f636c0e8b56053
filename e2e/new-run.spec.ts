import { expect, test } from './fixtures.ts';

test.use({ scenario: 'sample' });

/** Label -> values out of bounds, and the sentence that says what to do. */
const bounds: readonly (readonly [string, readonly string[], string])[] = [
  ['Reviews up to', ['7', '2,001', '12.5', 'many', ''], 'Use a whole number from 8 to 2,000.'],
  ['Vocabulary', ['99', '200,001'], 'Use a whole number from 100 to 200,000.'],
  ['Use at most', ['15', 'all'], 'Use a whole number from 16 to 100,000,000, or none.'],
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
  ['Least improvement', ['-1'], 'Use a number from 0 to 1,000.'],
  ['Clip gradients at', ['0'], 'Use a number above 0 and at most 1,000,000, or none.'],
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
  await newRun.fill({ 'Reviews up to': '8', kernel: '9' });
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
    'Reviews up to': '650',
  });
  await expect(newRun.architecture).toContainText('2,092,201 parameters');
  await expect(newRun.architecture).toContainText('B would have 1,798,501');
  await newRun.plan('Shared').check({ force: true });
  await expect(newRun.architecture).toContainText('1,798,501 parameters');
  await expect(newRun.architecture).toContainText('A would have 2,092,201');

  // Live: with every key, before the field is left.
  await newRun.field('Embedding size').fill('65');
  await expect(newRun.architecture).not.toContainText('1,798,501 parameters');
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

  await newRun.fill({ 'Reviews up to': '8' });
  await expect(newRun.field('Reviews up to')).toHaveAccessibleDescription(
    /\d % fit whole; [\d,]+ lose their start\./,
  );
  await newRun.option('Cut at the', 'End').check({ force: true });
  await expect(newRun.field('Reviews up to')).toHaveAccessibleDescription(/lose their end\./);
});

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
