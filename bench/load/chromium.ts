import { chromium, type Browser } from '@playwright/test';

/** The Chromium that is measured; close it. */
export function openChromium(): Promise<Browser> {
  const executablePath = process.env['TWOFOLD_CHROMIUM'];
  return chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ['--disable-gpu'],
  });
}
