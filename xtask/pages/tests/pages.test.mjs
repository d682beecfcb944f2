// Every kind of page, in both languages, on a phone and on a desk, light and dark: what it says, and that it is accessible.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fitsTheWindow, isAccessible, openWindow, picture, press, startBrowser } from "../browser.mjs";
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

/** Opens an address and gives the page. */
const at = (path) => async (page) => {
  await page.goto(path);
};

/** Tells something in the box on the front page. */
const tell = (text) => async (page, lang) => {
  await page.goto(`/help?lang=${lang}`);
  await page.fill("textarea", text[lang]);
  await press(page, "form.card button");
};

const TOLD = {
  ja: "マザーボードを交換したら、0xC004F213 と表示されて認証されません。",
  en: "0xC004F213 since I replaced the motherboard, Windows is not activated.",
};

/** Each page: how it is reached, and what must stand in its heading. */
const PAGES = {
  home: { open: at("/"), heading: { ja: "ライセンス認証サービス", en: "Activation service" } },
  front: { open: at("/help"), heading: { ja: "ライセンス認証で困ったとき", en: "Help with activation" } },
  list: { open: at("/help/errors"), heading: { ja: "エラーコード一覧", en: "Error codes" } },
  code: { open: at("/help/errors/0xC004F213"), heading: { ja: "キー", en: "key" } },
  "code-of-two-minds": { open: at("/help/errors/0x803FA067"), heading: { ja: "ブロック", en: "blocked" } },
  entry: { open: at("/help/errors/seat_limit_reached"), heading: { ja: "台", en: "devices" } },
  unlisted: { open: at("/help/errors/0xC004FFF1"), heading: { ja: "このコード", en: "This code" } },
  question: {
    open: async (page, lang) => {
      await page.goto(`/help?lang=${lang}`);
      await press(page, "button[value=sudden]");
    },
    heading: { ja: "か。", en: "?" },
  },
  result: {
    open: async (page, lang) => {
      await tell(TOLD)(page, lang);
      if (await page.locator("main button[value=show]").count()) await press(page, "main button[value=show]");
    },
    heading: { ja: "マザーボード", en: "Motherboard" },
  },
  preview: {
    open: async (page, lang) => {
      await tell(TOLD)(page, lang);
      if (await page.locator("main button[value=show]").count()) await press(page, "main button[value=show]");
      await page.fill("#message", { ja: "昨日からです。", en: "Since yesterday." }[lang]);
      await press(page, "form[action^='/help/case'] button");
    },
    heading: { ja: "送る内容の確認", en: "What would be sent" },
  },
  unknown: {
    open: async (page, lang) => {
      await tell({ ja: "よくわかりません", en: "I cannot say" })(page, lang);
      await press(page, "main button[value=show]");
    },
    heading: { ja: "原因を特定できませんでした", en: "The cause is not known" },
  },
};

for (const [name, { open, heading }] of Object.entries(PAGES)) {
  for (const lang of ["ja", "en"]) {
    test(`${name} in ${lang} says what it is for, fits the window and is accessible`, async () => {
      for (const [screen, dark] of [
        ["phone", false],
        ["desktop", false],
        ["phone", true],
        ["desktop", true],
      ]) {
        const { page, close } = await openWindow(browser, service.url, { lang, screen, dark });
        await open(page, lang);
        assert.equal(await page.getAttribute("html", "lang"), lang);
        assert.equal(await page.locator("h1").count(), 1);
        const said = await page.innerText("h1");
        assert.ok(said.includes(heading[lang]), `${said} has no ${heading[lang]}`);
        await fitsTheWindow(page);
        // Each screen and each light is looked at once: the rules know nothing that is new in the other pairs.
        if ((screen === "desktop") === dark) {
          await isAccessible(page);
          await picture(page, `${name}-${lang}-${screen}${dark ? "-dark" : ""}`);
        }
        await close();
      }
    });
  }
}

test("whatever is pressed is at least 24 pixels each way, and what leads on is larger", async () => {
  const { page, close } = await openWindow(browser, service.url, { lang: "ja", screen: "phone" });
  for (const path of ["/help", "/help/errors/0xC004F213"]) {
    await page.goto(path);
    for (const pressed of await page.locator("main button, main summary, main textarea").all()) {
      const { height } = await pressed.boundingBox();
      assert.ok(height >= 44, `${await pressed.innerText()}: ${height}`);
    }
  }
  await close();
});

test("printed, the steps of every remedy are on the paper", async () => {
  const { page, close } = await openWindow(browser, service.url, { lang: "en" });
  await page.goto("/help/errors/0xC004F213");
  const closed = page.locator("details:not([open]) li.step").first();
  assert.ok(!(await closed.isVisible()));
  await page.emulateMedia({ media: "print" });
  assert.ok(await closed.isVisible());
  assert.ok(!(await page.locator("form.card").isVisible()));
  await close();
});
