// Ways through the troubleshooter: with the keyboard alone, without JavaScript, back again, and in another language half-way.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { isAccessible, openWindow, press, startBrowser, thatLeadsOn } from "../browser.mjs";
import { startService } from "../service.mjs";

let service;
let browser;
before(async () => {
  service = await startService();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

const isQuestion = async (page) => (await page.locator("#question").count()) === 1;

/** Moves on with Tab until something has the focus that fits. */
async function tabTo(page, fits) {
  for (let pressed = 0; pressed < 60; pressed += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      return { tag: element.tagName, text: element.textContent, name: element.name, value: element.value };
    });
    if (fits(focused)) {
      const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
      assert.notEqual(outline, "none", `the focus on ${focused.text} cannot be seen`);
      return;
    }
  }
  assert.fail(`nothing that fits got the focus on ${page.url()}`);
}

test("the keyboard alone leads from a text to the first remedy", async () => {
  const { page, close } = await openWindow(browser, service.url, { lang: "en" });
  await page.goto("/help");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  await tabTo(page, ({ tag }) => tag === "TEXTAREA");
  await page.keyboard.type("Not activated since I replaced the motherboard");
  await tabTo(page, ({ text }) => text === "Find the cause");
  await thatLeadsOn(page, () => page.keyboard.press("Enter"));
  for (let asked = 0; await isQuestion(page); asked += 1) {
    assert.ok(asked < 10, "the questions do not end");
    await tabTo(page, ({ name, value }) => name === "answer" && value.endsWith("="));
    await thatLeadsOn(page, () => page.keyboard.press("Enter"));
  }
  assert.match(await page.innerText("h1"), /motherboard/i);
  assert.ok(await page.locator("details[open] li.step").first().isVisible());
  await tabTo(page, ({ tag }) => tag === "SUMMARY");
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("details.remedy").first().getAttribute("open"), null);
  await close();
});

test("without JavaScript everything works: code, symptom, answers, findings", async () => {
  const { page, close } = await openWindow(browser, service.url, { lang: "ja", screen: "phone", script: false });
  await page.goto("/help");
  await page.fill("textarea", "c004f034");
  await press(page, "form.card button");
  assert.equal(new URL(page.url()).pathname, "/help/errors/0xC004F034");
  await press(page, "form.card button");
  assert.equal(await page.locator("#question").count(), 1);
  await press(page, "button[name=answer] >> nth=0");
  assert.match(page.url(), /\/help\/ask\?lang=ja$/);
  if ((await page.locator("main button[value=show]").count()) === 1) await press(page, "main button[value=show]");
  assert.equal(await page.locator("#do").count(), 1);
  assert.ok((await page.locator("li.step").count()) > 0);
  await close();
});

test("an answer can be taken back, and what is known is shown", async () => {
  const { page, close } = await openWindow(browser, service.url, { lang: "en" });
  await page.goto("/help");
  await press(page, "button[value=work]");
  const first = await page.innerText("#question");
  await press(page, "button[name=answer] >> nth=0");
  assert.equal(await page.locator(".answers li").count(), 1);
  await press(page, "main button[value=back]");
  assert.equal(await page.innerText("#question"), first);
  assert.equal(await page.locator(".answers li").count(), 0);
  await press(page, "button[name=answer] >> nth=0");
  await press(page, ".answers button");
  assert.equal(await page.locator(".answers li").count(), 0);
  await close();
});

test("the language changes half-way and nothing is lost", async () => {
  const { page, close } = await openWindow(browser, service.url, { lang: "en" });
  await page.goto("/help");
  await press(page, "button[value=vm]");
  await press(page, "button[name=answer] >> nth=0");
  const answers = await page.locator(".answers li").count();
  await press(page, ".languages button[lang=ja]");
  assert.equal(await page.getAttribute("html", "lang"), "ja");
  assert.equal(await page.locator(".answers li").count(), answers);
  if (await isQuestion(page)) await press(page, "main button[value=show]");
  assert.equal(await page.getAttribute("html", "lang"), "ja", "the language is kept");
  await isAccessible(page);
  await close();
});

test("what was pasted is in no address and no history, a product key nowhere at all", async () => {
  const { page, close } = await openWindow(browser, service.url, { lang: "en" });
  const addresses = [];
  page.on("framenavigated", (frame) => addresses.push(frame.url()));
  await page.goto("/help");
  await page.fill("textarea", "0xC004C003 with BCDFG-HJKMN-PQRTV-WXY23-46789 <img src=x onerror=alert(1)>");
  await press(page, "form.card button");
  assert.ok((await page.content()).includes("46789"));
  assert.ok(!(await page.content()).includes("BCDFG"));
  assert.equal(await page.locator("main img").count(), 0);
  if (await isQuestion(page)) await press(page, "main button[value=show]");
  for (const address of addresses) assert.ok(!/C004C003|46789|BCDFG/.test(address), address);
  assert.deepEqual(await page.context().cookies(), []);
  await close();
});

test("what was found is sent as a case only after it was shown, and opens by its private link", async () => {
  const { page, close } = await openWindow(browser, service.url, { lang: "en", script: false });
  await page.goto("/help");
  await press(page, "button[value=board]");
  if (await isQuestion(page)) await press(page, "main button[value=show]");
  await page.fill("#message", "Write to someone@example.com, please");
  await press(page, "form[action^='/help/case'] button");
  const shown = await page.innerText("main");
  assert.ok(shown.includes("the motherboard") && !shown.includes("example.com"), shown);
  await press(page, "form[action^='/help/case/send'] button");
  assert.match(new URL(page.url()).pathname, /^\/help\/cases\/[A-Za-z0-9_-]{22}$/);
  const number = await page.innerText("h1");
  assert.match(number, /^[0-9]{3}-[0-9]{3}-[0-9]{3}$/);
  const link = page.url();
  await close();
  const other = await openWindow(browser, service.url, { lang: "ja", screen: "phone" });
  await other.page.goto(link.replace("lang=en", "lang=ja"));
  assert.equal(await other.page.innerText("h1"), number);
  await isAccessible(other.page);
  await other.close();
});

test("every code of the front page is one press away and leads into questions", async () => {
  for (const lang of ["ja", "en"]) {
    const { page, close } = await openWindow(browser, service.url, { lang, screen: "phone" });
    await page.goto("/help");
    const links = await page.locator(".codes a").evaluateAll((all) => all.map((link) => link.getAttribute("href")));
    assert.equal(links.length, 6);
    for (const link of links) {
      await page.goto("/help");
      await press(page, `.codes a[href="${link}"]`);
      assert.equal(await page.getAttribute("html", "lang"), lang);
      assert.ok((await page.locator("li.step").count()) > 0, link);
      await press(page, "form.card button");
      assert.equal(await page.locator("h1").count(), 1);
    }
    await close();
  }
});
