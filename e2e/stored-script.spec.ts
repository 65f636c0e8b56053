import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

import type { Page } from '@playwright/test';

import type { CallInput, CallName } from '#contract/index.ts';

import { expect, test } from './fixtures.ts';

test.use({ scenario: 'pair' });

/** `ran` reaches the test from every page and frame, whatever its origin. */
const payloads = [
  '<img src=x onerror=ran("image")>',
  '"><svg onload=ran("svg")><script>ran("script")</script>',
  '</script><script>ran("closed")</script>',
  '</title></style></textarea><iframe srcdoc="<script>parent.ran(1)</script>">',
  '\' onmouseover=\'ran("attribute")\' autofocus onfocus=\'ran("focus")',
  '{{constructor.constructor("ran(1)")()}}${ran("template")}{ran("svelte")}{@html "<img src=x onerror=ran(1)>"}',
  '[link](javascript:ran("link")) javascript:ran("bare") <a href="javascript:ran(1)">x</a>',
  '<![CDATA[]]><foreignObject><img src=x onerror=ran("svg")></foreignObject><!--',
] as const;
const [image, script, closed, title, attribute, template, link, vector] = payloads;

test('what others have written is shown as it is written, and never runs', async ({
  workbench: page,
  chrome,
  data,
  runs,
  compare,
  reports,
  context,
}, info) => {
  const ran: string[] = [];
  const hear = (of: Page) => of.exposeFunction('ran', (what: string) => ran.push(what));
  await hear(page);
  const file = info.outputPath('report.html');
  const figures = info.outputPath('figures');
  mkdirSync(info.outputPath('made'));

  await test.step('stored in every place that takes words', async () => {
    // The newest first.
    const [b, a] = (await call(page, 'runs.list', {})) as { runId: string }[];
    const [dataset] = (await call(page, 'datasets.list', {})) as { datasetId: string }[];
    await call(page, 'runs.rename', { runId: b!.runId, name: script });
    await call(page, 'runs.rename', { runId: a!.runId, name: `${attribute}${vector}` });
    await call(page, 'runs.tag', {
      runIds: [b!.runId],
      add: ['<img src=x onerror=ran(1)>', '<svg onload=ran(1)>'],
    });
    await call(page, 'runs.note', { runId: b!.runId, note: payloads.join('\n') });
    await call(page, 'datasets.rename', { datasetId: dataset!.datasetId, name: title });
    const reviews = Array.from({ length: 40 }, (_, at) => {
      const text = `${payloads[at % payloads.length]} film ${at}`.replaceAll('"', '""');
      return `"${text}",${at % 2 === 0 ? 'positive' : 'negative'}`;
    });
    const csv = info.outputPath('made', '<img src=x onerror=ran(1)>.csv');
    writeFileSync(csv, ['review,label', ...reviews].join('\n'));
    await call(page, 'datasets.startImport', { path: csv });
  });

  await test.step('on every screen', async () => {
    await chrome.open('Data');
    await data.dataset('<img src=x onerror=ran(1)>').click();
    await expect(page.getByText(image).first()).toBeVisible();
    // What is found is marked, in parts of the text.
    await page.getByRole('searchbox', { name: 'Find in the reviews' }).fill('svelte');
    await expect(page.getByText('constructor.constructor').first()).toBeVisible();
    await chrome.open('Runs');
    await runs.ready();
    await expect(runs.table.getByText(script).first()).toBeVisible();
    await runs.focus(runs.row('B'));
    await runs.tab('Info').click();
    await expect(page.getByText(closed).first()).toBeVisible();
    await runs.chart('Validation loss').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Control+k');
    await chrome.paletteField.fill('svg');
    await page.getByRole('option').first().waitFor();
    await page.keyboard.press('Escape');
    await chrome.open('Compare');
    await compare.ready();
    await compare.show('Curves');
    await chrome.open('Embeddings');
    await expect(page.getByText(script).first()).toBeVisible();
  });

  await test.step('in a report’s frame', async () => {
    await reports.compose();
    await reports.title.fill(closed);
    await reports.add('Own text');
    await page.keyboard.type(`${link} ${template}`);
    await page.getByRole('textbox', { name: 'Heading, or none' }).fill(title);
    await expect(reports.preview.getByRole('heading', { level: 1 })).toHaveText(closed);
    await expect(reports.preview.getByRole('heading', { level: 2, name: title })).toBeVisible();
    await expect(reports.preview.getByText(link)).toBeVisible();
    expect(
      await reports.preview.locator('a:not([href^="#"]), iframe, img, foreignObject').count(),
    ).toBe(0);
  });

  await test.step('in what is exported', async () => {
    await reports.exportAs('HTML', file);
    await expect(chrome.notes).toContainText('Written to', { timeout: 120_000 });
    await expect(reports.exporting).toBeHidden();
    await reports.exportAs('Figures, SVG', figures);
    await expect(reports.exporting).toBeHidden();
    const paper = await context.newPage();
    await hear(paper);
    // Where nothing is escaped it does run, and is heard.
    await paper.setContent(image);
    await expect.poll(() => ran.splice(0)).toEqual(['image']);
    const complaints: string[] = [];
    paper.on('console', (message) => complaints.push(message.text()));
    paper.on('pageerror', (error) => complaints.push(error.message));
    paper.on('request', (request) => {
      if (!request.url().startsWith('file:')) complaints.push(request.url());
    });
    const drawings = readdirSync(figures).filter((name) => name.endsWith('.svg'));
    expect(drawings.length).toBeGreaterThan(3);
    for (const name of drawings) await paper.goto(pathToFileURL(path.join(figures, name)).href);
    await paper.goto(pathToFileURL(file).href);
    await paper.locator('#loss .plot').hover();
    await paper.getByRole('checkbox').first().uncheck();
    await expect(paper.getByText(script).first()).toBeVisible();
    expect(await paper.locator('a:not([href^="#"]), iframe, img, foreignObject').count()).toBe(0);
    expect(complaints).toEqual([]);
    await paper.close();
  });

  await test.step('in a report that is read back, with a script of its own', async () => {
    const text = readFileSync(file, 'utf8');
    writeFileSync(
      file,
      text.replace('<body>', '<body><script>ran("file")</script><img src=x onerror=ran("file")>'),
    );
    await page.keyboard.press('Escape');
    await reports.openFile.click();
    const dialog = page.getByRole('dialog', { name: 'Open a report file' });
    await dialog.getByRole('textbox', { name: 'File' }).fill(file);
    await page.keyboard.press('Enter');
    await expect(dialog.getByRole('cell', { name: 'here', exact: true })).toHaveCount(2);
    await expect(dialog.getByText(closed, { exact: true })).toBeVisible();
    await expect(dialog.getByText(script, { exact: true })).toBeVisible();
  });

  expect(
    await page.locator('a[href^="javascript" i], iframe[srcdoc], img:not([alt])').count(),
  ).toBe(0);
  expect(ran).toEqual([]);
});

/** As the page itself would: over Electron's bridge, or over a socket of its own. */
async function call<N extends CallName>(
  page: Page,
  name: N,
  input: CallInput<N>,
): Promise<unknown> {
  const result = await page.evaluate(
    ([asked, given]) => {
      type Exposed = { bridge?: { call: (name: string, input: unknown) => Promise<unknown> } };
      const { bridge } = window as unknown as Exposed;
      if (bridge !== undefined) return bridge.call(asked, given);
      return new Promise<unknown>((resolve, reject) => {
        const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/bridge`, [
          'twofold',
          localStorage.getItem('twofold-session') ?? '',
        ]);
        socket.onopen = () => socket.send(JSON.stringify({ id: 1, call: asked, input: given }));
        socket.onerror = () => reject(new Error('No socket'));
        socket.onmessage = ({ data }) => {
          const answer = JSON.parse(String(data)) as { id?: number; result: unknown };
          if (answer.id !== 1) return;
          socket.close();
          resolve(answer.result);
        };
      });
    },
    [name as string, input as unknown] as const,
  );
  expect(result, JSON.stringify(result)).toMatchObject({ ok: true });
  return (result as { value: unknown }).value;
}
