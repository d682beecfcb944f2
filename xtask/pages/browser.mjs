// Debian's Chromium, driven by playwright-core, with what every test asks of a page.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
const screenshots = join(here, "../../docs/screenshots");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const writes = process.env.WARIFU_WRITE_SCREENSHOTS === "1";

/** A phone held upright, and a window on a desk. */
export const SCREENS = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } };

/** Starts the browser; its folder of settings is fresh and goes with it. */
export function startBrowser() {
  return chromium.launch({
    executablePath: process.env.WARIFU_CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** A window of somebody with these habits, in which nothing but the service can be reached. */
export async function openWindow(browser, url, { lang = "en", screen = "desktop", dark = false, script = true } = {}) {
  const context = await browser.newContext({
    baseURL: url,
    locale: lang === "ja" ? "ja-JP" : "en-GB",
    viewport: SCREENS[screen],
    colorScheme: dark ? "dark" : "light",
    javaScriptEnabled: script,
  });
  const page = await context.newPage();
  const strange = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(url)) strange.push(request.url());
  });
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of 40[0-9]/.test(message.text())) strange.push(message.text());
  });
  return {
    page,
    async close() {
      await context.close();
      assert.deepEqual(strange, [], "the page asked for something of its own, or complained");
    },
  };
}

/** Does what leads to another page, and waits until that is there. */
export async function thatLeadsOn(page, act) {
  const loaded = page.waitForEvent("domcontentloaded");
  await act();
  await loaded;
}

/** Presses a button or a link that leads to another page. */
export function press(page, selector) {
  return thatLeadsOn(page, () => page.click(selector));
}

/** No serious or critical finding of axe-core, in the rules of WCAG 2.2 AA. */
export async function isAccessible(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, {
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }),
  );
  const bad = violations.filter((found) => ["serious", "critical"].includes(found.impact));
  const told = bad.map((found) => `${found.id}: ${found.nodes.map((node) => node.target.join(" ")).join(", ")}`);
  assert.deepEqual(told, [], `axe-core on ${page.url()}`);
}

/** Nothing sticks out of the window: nobody has to scroll sideways. */
export async function fitsTheWindow(page) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(over <= 0, `${page.url()} is ${over} pixels too wide`);
}

/** Takes the picture that is kept in the repository, when pictures are asked for. */
export async function picture(page, name) {
  if (!writes) return;
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`), animations: "disabled" });
}
