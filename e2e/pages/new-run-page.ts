import type { Locator, Page } from '@playwright/test';

export type PlanName = 'Variant A' | 'Variant B' | 'A + B pair' | 'Grid';
/** Label of a number field -> what is typed. */
export type FieldTexts = Readonly<Record<string, string>>;

export type NewRunPage = Readonly<{
  /** The settings to start from. */
  base: (name: 'Defaults' | 'Original experiment') => Locator;
  plan: (name: PlanName) => Locator;
  field: (label: string) => Locator;
  /** One of the choices beside a label. */
  option: (label: string, choice: string) => Locator;
  /** Types into fields and leaves them. */
  fill: (texts: FieldTexts) => Promise<void>;
  /** Opens the list beside a label and takes a choice. */
  select: (label: string, choice: string) => Promise<void>;
  /** Gives a field several values. */
  vary: (label: string, values: string) => Promise<void>;
  sweep: Locator;
  errors: Locator;
  /** A sentence below a control that warns and does not block. */
  warning: (text: string | RegExp) => Locator;
  /** What a warning offers. */
  action: (name: string) => Locator;
  start: Locator;
  toFix: Locator;
  /** Instead of it, where there is no data. */
  importFirst: Locator;
  architecture: Locator;
  estimate: Locator;
  layerTable: Locator;
  layers: Locator;
  ready: () => Promise<void>;
}>;

export function newRunPage(page: Page): NewRunPage {
  const form = page.getByRole('form', { name: 'Configuration' });
  const plan = (name: PlanName) =>
    form.getByRole('radiogroup', { name: 'What to train' }).getByRole('radio', { name });
  const field = (label: string) => form.getByRole('textbox', { name: label, exact: true });
  const sweep = form.getByRole('region', { name: 'Sweep' });
  const architecture = page.getByRole('region', { name: 'Architecture' });
  const estimate = page.getByRole('region', { name: 'Before you start' });
  return {
    base: (name) =>
      page.getByRole('radiogroup', { name: 'Settings to start from' }).getByRole('radio', { name }),
    plan,
    field,
    option: (label, choice) =>
      form
        .getByRole('radiogroup', { name: label, exact: true })
        .getByRole('radio', { name: choice }),
    async fill(texts) {
      for (const [label, text] of Object.entries(texts)) {
        await field(label).fill(text);
        await field(label).blur();
      }
    },
    async select(label, choice) {
      await form.getByLabel(label, { exact: true }).click();
      await page.getByRole('option', { name: choice }).click();
    },
    async vary(label, values) {
      await sweep.getByLabel('Vary', { exact: true }).click();
      await page.getByRole('option', { name: label, exact: true }).click();
      await sweep.getByRole('textbox', { name: label }).fill(values);
      await sweep.getByRole('textbox', { name: label }).blur();
    },
    sweep,
    errors: form.getByRole('alert'),
    warning: (text) => form.getByText(text),
    action: (name) => form.getByRole('button', { name, exact: true }),
    start: form.getByRole('button', { name: /^(Start|Add|Send)/ }),
    toFix: form.getByRole('button', { name: /to fix$/ }),
    importFirst: form.getByRole('link', { name: 'Import reviews first' }),
    architecture,
    estimate,
    layerTable: page.getByRole('button', { name: 'Layer table' }),
    layers: page.getByRole('dialog', { name: /^Layers of/ }),
    async ready() {
      await architecture.waitFor();
      await estimate.getByText('Memory peak').waitFor();
    },
  };
}
