import { expect, test } from './fixtures.ts';
test.use({ scenario: 'sample' });
for (const theme of ['light', 'dark'] as const) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme });
    test('shots', async ({ workbench: page, chrome, newRun, queue }) => {
      const shot = async (name: string) => {
        for (const width of [1440, 1100]) {
          await page.setViewportSize({ width, height: 860 });
          await page.screenshot({ path: `/tmp/q-shots/${name}-${theme}-${width}.png`, animations: 'disabled' });
        }
        await page.setViewportSize({ width: 1440, height: 860 });
      };
      await chrome.open('New run');
      await newRun.ready();
      await shot('empty');
      await newRun.fill({ 'Reviews up to': '20', 'Embedding size': '4', Filters: '4', Epochs: '10000' });
      await newRun.plan('A + B pair').check({ force: true });
      await newRun.vary('Batch size', '32, 64, 128, 256');
      await newRun.vary('Learning rate', '0.001, 2');
      await shot('error');
      await newRun.sweep.getByRole('textbox', { name: 'Learning rate' }).fill('0.001, 0.01');
      await expect(newRun.start).toHaveText('Start 16 runs');
      await shot('grid');
      await newRun.option('Train', 'Random draws').check({ force: true });
      await shot('random');
      await newRun.option('Train', 'Every combination').check({ force: true });
      await queue.open();
      await shot('queue-empty');
      await page.keyboard.press('Escape');
      await newRun.start.click();
      await chrome.heading('Runs').waitFor();
      await queue.open();
      await expect(queue.rows).toHaveCount(8);
      await page.waitForTimeout(3000);
      await shot('queue');
      await queue.remove('B batch 64 rate 0.0005 seed 1').click().catch(() => {});
      await queue.pause.click();
      await shot('queue-paused');
    });
  });
}
