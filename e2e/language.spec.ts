import type { Page } from '@playwright/test';

import { expect, expectAccessible, test } from './fixtures.ts';
import { screens } from './pages/frame.ts';

const koreanScreens = ['시작', '데이터', '새 실행', '실행', '비교', '임베딩', '보고서', '설정'];

const nav = (page: Page, name: string) => page.getByRole('navigation', { name });
/** “실행” is a screen, and the end of another’s name. */
const link = (page: Page, name: string) =>
  nav(page, '화면').getByRole('link', { name: new RegExp(`^${name}`) });

async function expectKorean(page: Page, title: string): Promise<void> {
  await expect(page.locator('html')).toHaveAttribute('lang', 'ko');
  await expect(page).toHaveTitle(`${title} · Twofold`);
  for (const name of koreanScreens) await expect(link(page, name)).toBeVisible();
}

/** Asks main for what is not there: it answers in a sentence of its own. */
async function expectAnswer(page: Page, importName: string, field: string, sentence: RegExp) {
  await page.getByRole('button', { name: importName }).first().click();
  await page.getByRole('dialog').getByRole('textbox', { name: field }).fill('/no/such.csv');
  await expect(page.getByRole('dialog').getByRole('alert')).toHaveText(sentence);
  await page.keyboard.press('Escape');
}

test.describe('Korean', () => {
  test.use({ scenario: 'pair' });

  test('is chosen in Settings, stays, and reaches every window and sentence', async ({
    workbench: page,
    chrome,
    context,
    shell,
  }) => {
    await chrome.open('Settings');
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    const other = shell === 'browser' ? await context.newPage() : null;
    if (other !== null) {
      await other.goto(new URL('#/runs', page.url()).href);
      await expect(nav(other, 'Screens')).toBeVisible();
    }

    await page.getByRole('radio', { name: '한국어' }).check({ force: true });
    await expectKorean(page, '설정');
    await expect(page.getByRole('radio', { name: '한국어' })).toBeChecked();
    if (other !== null) {
      await expectKorean(other, '실행');
      await other.close();
    }
    await page.reload();
    await expectKorean(page, '설정');

    for (const name of koreanScreens) {
      await link(page, name).click();
      await expect(page.getByRole('heading', { level: 1, name, exact: true })).toBeVisible();
      await expectAccessible(page, name);
    }
    await link(page, '데이터').click();
    await expectAnswer(page, '가져오기', '파일 또는 폴더', /경로가 없습니다/);

    await link(page, '설정').click();
    await page.getByRole('radio', { name: 'English' }).click({ force: true });
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await expect(page).toHaveTitle('Settings · Twofold');
    for (const name of screens)
      await expect(nav(page, 'Screens').getByRole('link', { name }).first()).toBeVisible();
    await chrome.open('Data');
    await expectAnswer(page, 'Import', 'File or folder', /does not exist/);
  });
});

test.describe('where nobody has chosen a language', () => {
  test.use({ locale: 'ko-KR' });

  test('the system’s decides, and again after a choice was taken back', async ({
    openShell: { page },
    shell,
  }) => {
    test.skip(shell === 'electron', 'Electron takes the language of the machine');
    await expectKorean(page, '시작');
    await link(page, '데이터').click();
    await expectAnswer(page, '가져오기', '파일 또는 폴더', /경로가 없습니다/);
    await link(page, '설정').click();
    await page.getByRole('radio', { name: 'English' }).click({ force: true });
    await expect(page).toHaveTitle('Settings · Twofold');
    await page.reload();
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');

    const language = page.getByRole('radiogroup', { name: 'Language' });
    // Not `check`, which looks at the radio again: it has its Korean name at once.
    await language.getByRole('radio', { name: 'System' }).click({ force: true });
    await expectKorean(page, '설정');
    await page.reload();
    await expectKorean(page, '설정');
    const chosen = page.getByRole('radiogroup', { name: '언어' });
    await expect(chosen.getByRole('radio', { name: '시스템' })).toBeChecked();
  });
});
