// @ts-check
/** A round of a collection: sheets dropped all at once, each answer given without leaving the page. */

import { byId, make } from "./dom.js";
import { readPage } from "./page.js";
import { dismiss, notify } from "./panels/notices.js";
import { gettext, setMessages } from "./text.js";

setMessages(readPage().messages);
const judged = byId("judged");
const drop = /** @type {HTMLFormElement} */ (byId("drop"));
const input = /** @type {HTMLInputElement} */ (byId("files"));
const list = byId("drop-list");
const progress = /** @type {HTMLProgressElement} */ (byId("drop-progress"));
const PART = { "X-Part": "1" };

/** @typedef {{ name: string, state: string, unit?: string, refusal?: string }} Result */

/** The box of kinds that one answer settles, where there are such. */
function alikeBox() {
  return /** @type {HTMLDetailsElement | null} */ (judged.querySelector("details.alike"));
}

/** Put what the server says of the round in its place; what was typed and what is open stays. @param {string} html */
function show(html) {
  /** @type {Map<string, string>} */
  const typed = new Map();
  for (const field of typedFields()) typed.set(field.closest("li")?.id ?? "", field.value);
  const open = alikeBox()?.open ?? false;
  judged.innerHTML = html;
  const box = alikeBox();
  if (box) box.open = open;
  for (const field of typedFields()) field.value = typed.get(field.closest("li")?.id ?? "") ?? "";
  countTyped();
}

/** The fields for typing a value. */
function typedFields() {
  /** @type {NodeListOf<HTMLInputElement>} */
  const fields = judged.querySelectorAll("input[name=typed]");
  return [...fields];
}

/**
 * Ask for the round, or do something with it. Only a part of the round's page is ever put into this one: where the
 * server does not answer, that is said; whose session has ended is sent to sign in.
 * @param {string} url
 * @param {RequestInit} [options]
 * @returns {Promise<{ html: string, done: boolean } | null>}
 */
async function ask(url, options = {}) {
  dismiss("away");
  const said = await fetch(url, { ...options, headers: PART }).catch(() => null);
  if (said !== null && !said.redirected && (said.ok || said.status === 422)) {
    const html = await said.text().catch(() => null);
    if (html !== null) return { html, done: said.ok };
  }
  if (said?.redirected) location.reload();
  else notify("away", gettext("The server does not answer."), { label: gettext("Try again"), act: refresh });
  return null;
}

/** Read the round anew. */
async function refresh() {
  const answered = await ask(judged.dataset.address ?? "");
  if (answered) show(answered.html);
}

/** @param {Result} result */
function words(result) {
  if (result.state === "placed") return `${gettext("Received")}: ${result.unit}`;
  if (result.state === "unplaced") return gettext("Whose file is it? Say so below.");
  return result.refusal ?? gettext("It could not be read.");
}

/**
 * Send files one after the other, telling of each.
 * @param {File[]} files
 */
async function send(files) {
  if (!files.length) return;
  const token = /** @type {HTMLInputElement} */ (drop.elements.namedItem("csrf_token")).value;
  const waiting = files.map((file) => ({ file, item: list.appendChild(make("li", { text: file.name })) }));
  progress.hidden = false;
  progress.max = files.length;
  progress.value = 0;
  for (const { file, item } of waiting) {
    item.dataset.state = "reading";
    const body = new FormData();
    body.set("csrf_token", token);
    body.set("files", file);
    /** @type {Result} */
    let result = {
      name: file.name,
      state: "refused",
      refusal: gettext("The server did not answer. Drop the file again."),
    };
    try {
      const answer = await fetch(drop.action, { method: "POST", headers: PART, body });
      if (answer.ok) result = (await answer.json()).files[0];
    } catch {
      // told as it stands
    }
    item.dataset.state = result.state;
    item.textContent = `${file.name} – ${words(result)}`;
    progress.value += 1;
  }
  await refresh();
  drop.dataset.done = String(Number(drop.dataset.done ?? "0") + files.length);
}

drop.addEventListener("submit", (event) => {
  event.preventDefault();
  void send([...(input.files ?? [])]).then(() => {
    input.value = "";
  });
});
input.addEventListener("change", () => drop.requestSubmit());
for (const kind of ["dragenter", "dragover"]) {
  drop.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
}
drop.addEventListener("dragleave", () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  void send([...(event.dataTransfer?.files ?? [])]);
});

judged.addEventListener("submit", (event) => {
  const form = /** @type {HTMLFormElement} */ (event.target);
  event.preventDefault();
  const pressed = /** @type {HTMLButtonElement | null} */ (event.submitter);
  if (pressed?.dataset.confirm && !window.confirm(pressed.dataset.confirm)) return;
  const body = new FormData(form);
  if (pressed?.name) body.set(pressed.name, pressed.value);
  const item = form.closest("li");
  const after = item?.nextElementSibling?.id ?? item?.previousElementSibling?.id;
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  void answer(form, body, after);
});

/**
 * @param {HTMLFormElement} form
 * @param {FormData} body
 * @param {string | undefined} after the finding that the eye goes to next
 */
async function answer(form, body, after) {
  const answered = await ask(form.action, { method: "POST", body });
  if (answered) {
    show(answered.html);
    const next = after ? document.getElementById(after) : null;
    next?.querySelector("button")?.focus({ preventScroll: true });
  } else for (const button of form.querySelectorAll("button")) button.disabled = false;
}

/** The forms of findings in which a value was typed. */
function typedForms() {
  const filled = typedFields().filter((field) => field.value.trim() !== "");
  return filled.flatMap((field) => field.form ?? []);
}

/** Say how many values were typed; without one there is nothing to send. */
function countTyped() {
  const count = typedForms().length;
  for (const button of judged.querySelectorAll("[data-send-typed]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    button.disabled = count === 0;
    const shown = button.querySelector(".count");
    if (shown) shown.textContent = String(count);
  }
}

/** Send every typed value, one after the other, as though each had been sent by itself. */
async function sendTyped() {
  const forms = typedForms();
  const buttons = [...judged.querySelectorAll("button")].filter((button) => !button.disabled);
  for (const button of buttons) button.disabled = true;
  let said = "";
  for (const form of forms) {
    const body = new FormData(form);
    body.set("choice", "typed");
    const answered = await ask(form.action, { method: "POST", body });
    if (answered) said = answered.html;
    if (!answered?.done) break; // what was sent holds; the rest stays typed
  }
  if (said) show(said);
  else for (const button of buttons) button.disabled = false;
}

judged.addEventListener("input", countTyped);
judged.addEventListener("keydown", (event) => {
  const field = /** @type {HTMLElement} */ (event.target);
  if (event.key === "Enter" && field instanceof HTMLInputElement && field.name === "typed") {
    event.preventDefault();
    /** @type {HTMLButtonElement | null} */ (field.form?.querySelector('button[value="typed"]') ?? null)?.click();
  }
});

judged.addEventListener("click", (event) => {
  if (/** @type {HTMLElement} */ (event.target).closest("[data-send-typed]")) void sendTyped();
  const button = /** @type {HTMLElement} */ (event.target).closest("[data-copy]");
  if (!(button instanceof HTMLElement)) return;
  const text = /** @type {HTMLTextAreaElement} */ (byId(button.dataset.copy ?? ""));
  text.select();
  void navigator.clipboard?.writeText(text.value);
  button.textContent = gettext("Copied");
});
