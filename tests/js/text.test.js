/** Messages in the language of the page. */

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { Store } from "../../app/frontend/store.js";
import { gettext, ngettext, setMessages } from "../../app/frontend/text.js";

afterEach(() => setMessages({}));

test("without messages English is spoken, in both numbers", () => {
  assert.equal(gettext("No location"), "No location");
  assert.equal(ngettext("%(num)s site", "%(num)s sites", 1), "1 site");
  assert.equal(ngettext("%(num)s site", "%(num)s sites", 2), "2 sites");
});

test("messages are spoken where there are any", () => {
  setMessages({ "No location": "无位置", "%(num)s site": ["%(num)s 个点位"], Empty: "" });
  assert.equal(gettext("No location"), "无位置");
  assert.equal(ngettext("%(num)s site", "%(num)s sites", 3), "3 个点位");
  assert.equal(gettext("Empty"), "Empty");
});

test("values go where their names stand", () => {
  assert.equal(gettext("%(a)s of %(b)s, %(c)s", { a: 1, b: "x" }), "1 of x, %(c)s");
});

test("a store tells what changed, once, and in rounds", () => {
  const store = new Store({ day: "a", shown: 0 });
  /** @type {string[]} */
  const told = [];
  store.listen((state, changed) => {
    told.push([...changed].join("+"));
    if (changed.has("day")) store.set({ shown: state.shown + 1 });
  });
  store.set({ day: "b" });
  store.set({ day: "b" });
  assert.deepEqual(told, ["day", "shown"]);
});
