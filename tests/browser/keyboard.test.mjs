// The whole way of an application with the keyboard alone: filled in, corrected, sent, read, amended
// and taken back. The pointer is never used, and neither is a label's or a button's click.

import { assert, test } from './harness.mjs';
import { form, fresh } from './service.mjs';

/** Presses Tab until what has the focus is wanted; `wanted` runs in the page. */
async function tabTo(page, wanted, argument, key = 'Tab') {
  for (let steps = 0; steps < 150; steps += 1) {
    if (await page.evaluate(wanted, argument)) return;
    await page.keyboard.press(key);
  }
  assert.fail(`Tab does not lead to ${argument}`);
}

const hasId = (id) => document.activeElement?.id === id;
const says = (text) => document.activeElement?.textContent.trim() === text;
const isOpenNo = () => document.activeElement?.textContent.trim() === 'No' && document.activeElement.getAttribute('aria-pressed') === 'false';

test('an application is filled in, sent, amended and taken back with the keyboard alone', { timeout: 120_000 }, async (visit) => {
  const { page } = await form(visit);
  const type = async (id, text) => {
    await tabTo(page, hasId, id);
    await page.keyboard.type(text);
  };
  // Sent empty, the summary has the focus, and its first link leads to its field.
  await tabTo(page, says, 'Send the application');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.id === 'errors');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.id === 'presence');
  await page.keyboard.press('Space');
  await type('namespace', fresh());
  await tabTo(page, hasId, 'holder');
  await page.keyboard.press('Space');
  await tabTo(page, hasId, 'paid-plan');
  await page.keyboard.press('ArrowDown');
  await type('source-1', 'https://github.com/kelpworks/kelp');
  await type('license', 'MPL-2.0');
  for (let question = 0; question < 6; question += 1) {
    await tabTo(page, isOpenNo, 'a question that is open');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-pressed') === 'true');
  }
  await type('mail', `${fresh()}@tidal.example`);
  await type('name', 'Inês Caldeira');
  await tabTo(page, says, 'Send the application');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.id === 'received');
  await tabTo(page, says, 'See the status');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: /received$/ }).waitFor();
  await tabTo(page, says, 'Amend the application');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.id === 'amend');
  await type('remark', 'One word more.');
  await tabTo(page, says, 'Send the changes');
  await page.keyboard.press('Enter');
  await page.getByText('Answered', { exact: true }).waitFor();
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
  await tabTo(page, says, 'Withdraw');
  await page.keyboard.press('Enter');
  await tabTo(page, says, 'Withdraw it');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: /withdrawn$/ }).waitFor();
});
