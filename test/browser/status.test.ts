/** @module The public status page in a browser: readable without a token, on a telephone, in both themes, by everybody. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { HealthReport } from '../../src/connector/health.ts';
import { statusRoutes } from '../../src/connector/status-page.ts';
import { Traffic } from '../../src/connector/traffic.ts';
import { stubConnector } from '../connector/stub-upstream.ts';
import { type TestApp, testApp } from '../http/test-app.ts';
import { launchBrowser } from './desk.ts';

const NOW = Date.parse('2026-03-10T09:15:00+07:00');

const report = (state: HealthReport['state'], stop: HealthReport['stop'] = null): HealthReport => ({
  state,
  breaker: 'closed',
  stop,
  operations: [],
  probe: null,
  limits: [],
  traffic: new Traffic(() => NOW).report(),
});
const REPORTS = new Map([
  ['dan-cu', report('up')],
  [
    'dat-dai',
    report('maintenance', {
      by: 'operator',
      why: 'maintenance',
      words: 'for operators only',
      since: NOW,
      until: NOW + 3_600_000,
    }),
  ],
]);

let browser: Browser;
let gateway: TestApp;
let address: string;

beforeAll(async () => {
  browser = await launchBrowser();
  gateway = await testApp(
    statusRoutes({
      connectors: [stubConnector('dan-cu'), stubConnector('dat-dai'), stubConnector('chua-noi')],
      health: { reports: async () => REPORTS },
      now: () => NOW,
    }),
  );
  address = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await browser.close();
  await gateway.app.close();
});

it.each([
  ['a desk', { viewport: { width: 1366, height: 768 }, colorScheme: 'light' }],
  ['a telephone at night', { viewport: { width: 360, height: 640 }, colorScheme: 'dark' }],
] as const)('can be read on %s', async (_where, options) => {
  const context = await browser.newContext({ ...options, locale: 'en-US' });
  const page = await context.newPage();
  await page.goto(`${address}/status`);
  expect(await page.title()).toBe('Trạng thái các kết nối');
  const text = await page.locator('main').innerText();
  expect(text).toContain('1 hệ thống đang có trở ngại');
  expect(text).toContain('Đang bảo trì');
  expect(text).toContain('10:15:00 10/03/2026');
  expect(text).not.toContain('for operators only');
  expect(text).not.toContain('chua-noi');
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);

  await page.getByRole('link', { name: 'English' }).click();
  expect(await page.locator('main').innerText()).toContain('Under maintenance');
  await context.close();
});
