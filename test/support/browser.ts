import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Debian's Chromium, unless CHROMIUM_PATH names another: playwright-core brings none of its own. */
const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

function isThere(): boolean {
  try {
    accessSync(CHROMIUM, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Why tests in a browser cannot run here; undefined where they can. */
const missingBrowser: string | undefined = isThere()
  ? undefined
  : `no Chromium at ${CHROMIUM} (Debian: apt-get install chromium; or set CHROMIUM_PATH)`;

/** For `describe.skipIf(skipBrowser)`, which is said aloud. Under CI=true nothing is skipped: the missing browser fails the tests. */
export const skipBrowser: boolean = missingBrowser !== undefined && process.env['CI'] !== 'true';

if (skipBrowser) console.warn(`SKIPPED: tests in a browser: ${missingBrowser}`);

/** A real Chromium. Whoever launches it closes it. */
export async function launchBrowser(): Promise<Browser> {
  if (missingBrowser !== undefined) throw new Error(missingBrowser);
  return chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}

/** Keeps what the page looks like as `NAME.png` in the folder SCREENSHOTS, for a person to look at; does nothing where it is not set. */
export async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS'];
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`) });
}
