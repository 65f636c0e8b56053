import {
  slurmLacks,
  startSlurmCluster,
  type SlurmCluster,
} from '../src-main/testing/slurm-cluster.ts';
import { expect, expectAccessible, test } from './fixtures.ts';

const lacks = slurmLacks();
test.use({ scenario: 'sample' });
test.skip(lacks !== null, lacks ?? '');
// A task begins when Slurm has looked, and is taken in when the window has.
test.setTimeout(240_000);

let cluster: SlurmCluster;
const before = process.env['SLURM_CONF'];
test.beforeAll(async () => {
  cluster = await startSlurmCluster({ cpus: 2 });
  // The servers of these tests are started with it.
  Object.assign(process.env, cluster.env);
});
test.afterAll(async () => {
  if (before === undefined) delete process.env['SLURM_CONF'];
  else process.env['SLURM_CONF'] = before;
  await cluster.stop();
});

test('runs are sent to Slurm, seen there, cancelled, handed over again and taken in', async ({
  workbench: page,
  chrome,
  newRun,
  queue,
  runs,
}) => {
  const machine = page.getByRole('region', { name: 'Machine' });
  await chrome.open('New run');
  await newRun.ready();
  await newRun.fill({
    'Review length': '20',
    'Embedding size': '4',
    Filters: '4',
    'Hidden units': '4',
    'Epochs, at most': '3',
  });
  await newRun.plan('A + B pair').check({ force: true });
  await machine.getByRole('radio', { name: 'Slurm' }).check({ force: true });
  await expect(machine).toContainText('From 2 cores');
  await machine.getByRole('textbox', { name: 'Time limit' }).fill('soon');
  await machine.getByRole('textbox', { name: 'Time limit' }).blur();
  await expect(newRun.errors).toHaveText(/as sbatch takes it/);
  await expect(newRun.start).toBeDisabled();
  await machine.getByRole('textbox', { name: 'Time limit' }).fill('10');
  await expectAccessible(page, 'New run, on Slurm');

  // None of them may begin before it was seen waiting.
  cluster.run('scontrol', 'update', 'PartitionName=main', 'State=DOWN');
  await expect(newRun.start).toHaveText('Send 2 runs to Slurm');
  await newRun.start.click();
  await expect(chrome.notes).toContainText('2 runs are with Slurm');
  await expect(runs.row('A')).toContainText('Slurm: waits');
  await expect(page.getByRole('contentinfo')).toContainText('Slurm: 0 running, 2 waiting');
  await expectAccessible(page, 'Runs, on Slurm');

  // Somebody cancels the array from outside.
  cluster.run('scancel', '--user=root');
  const again = page.getByRole('button', { name: 'Run 2 failed again' });
  await expect(again).toBeVisible({ timeout: 60_000 });
  cluster.run('scontrol', 'update', 'PartitionName=main', 'State=UP');
  await again.click();
  await expect(chrome.notes).toContainText('2 failed runs are with Slurm again.');
  await expect(page.getByRole('gridcell', { name: 'Finished' })).toHaveCount(2, {
    timeout: 120_000,
  });
  await expect(again).toBeHidden();

  // The choice and what was asked for are still there.
  cluster.run('scontrol', 'update', 'PartitionName=main', 'State=DOWN');
  await chrome.open('New run');
  await expect(machine.getByRole('textbox', { name: 'Time limit' })).toHaveValue('10');
  await newRun.plan('Variant A').check({ force: true });
  await newRun.start.click();
  await expect(runs.row('A').first()).toContainText('Slurm: waits');
  await page.getByRole('button', { name: 'Cancel on Slurm' }).click();
  const question = page.getByRole('dialog', { name: 'Cancel 1 run on Slurm?' });
  await expectAccessible(page, 'Cancel on Slurm');
  await question.getByRole('button', { name: 'Cancel runs' }).click();
  await expect(chrome.notes).toContainText('1 run on Slurm stopped.');

  // So does what waits in the queue.
  await queue.open();
  await queue.pause.click();
  await chrome.open('New run');
  await machine.getByRole('radio', { name: 'This machine' }).check({ force: true });
  await newRun.start.click();
  await expect(queue.rows).toHaveCount(1);
  await queue.panel.getByRole('button', { name: 'Send to Slurm' }).click();
  const dialog = page.getByRole('dialog', { name: 'Send to Slurm' });
  await expect(dialog.getByRole('textbox', { name: 'Time limit' })).toHaveValue('10');
  await expectAccessible(page, 'Send to Slurm');
  await dialog.getByRole('button', { name: 'Send' }).click();
  await expect(dialog).toBeHidden();
  await expect(queue.rows).toHaveCount(0);
  await expect(page.getByRole('contentinfo')).toContainText('Slurm: 0 running, 1 waiting');
});
