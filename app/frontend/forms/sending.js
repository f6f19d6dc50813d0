// @ts-check
/** A form that checks itself, keeps what is typed, and is sent again until the server has it; nothing typed is lost. */

import { account } from "../account.js";
import { make } from "../dom.js";
import { dismiss, notify } from "../panels/notices.js";
import { gettext, ngettext } from "../text.js";
import { check } from "./check.js";
import { dropDraft, findDraft, keepDraft } from "./drafts.js";

/** @typedef {import("./check.js").Rules} Rules */
/** Never kept in a draft: they belong to the page that sends it. */
const OF_THE_PAGE = new Set(["csrf_token", "version"]);
const KEPT_AFTER_MS = 400;
const AGAIN_AFTER_MS = 8000;
const UNPROCESSABLE = 422;
const STALE = 412;
const SERVER_ERROR = 500;
/** Where whoever asks is sent whose session has ended, or who owes a new password: nothing of the form was taken. */
const SIGN_IN = "/sign-in";
const OWES = "/account";

/**
 * The texts of a form by the names of its fields.
 * @param {HTMLFormElement} form
 * @returns {Record<string, string>}
 */
function textsOf(form) {
  /** @type {Record<string, string>} */
  const texts = {};
  for (const [name, value] of new FormData(form)) if (typeof value === "string") texts[name] = value;
  return texts;
}

/**
 * Put sentences beside their fields, and take away those that no longer hold.
 * @param {HTMLFormElement} form
 * @param {Record<string, string>} errors
 * @param {Set<string>} [only] the fields to touch; all when left out
 */
function tell(form, errors, only) {
  for (const place of form.querySelectorAll(".field-error")) {
    const name = place.id.replace("error-", "");
    if (only && !only.has(name)) continue;
    if (name === "photos") continue;
    place.textContent = errors[name] ?? "";
    place.toggleAttribute("hidden", !(name in errors));
    const field = form.querySelector(`[name="${name}"]`);
    if (name in errors) field?.setAttribute("aria-invalid", "true");
    else field?.removeAttribute("aria-invalid");
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {Rules} rules
 * @param {() => File[]} photos
 */
export function startForm(form, rules, photos) {
  const name = form.dataset.draft ?? location.pathname;
  /** Fields that were left once are checked as they are typed. */
  const left = new Set();
  let timer = 0;
  let sending = false;

  const draft = (waiting = false) => ({
    account,
    name,
    action: form.getAttribute("action") || location.pathname + location.search,
    savedAt: Date.now(),
    version: form.dataset.version ?? "",
    entries: /** @type {[string, string | File][]} */ ([
      ...[...new FormData(form)].filter(([key, value]) => !OF_THE_PAGE.has(key) && typeof value === "string"),
      ...photos().map((photo) => ["photos", photo]),
    ]),
    waiting,
  });

  const forgetTimer = () => {
    clearTimeout(timer);
    timer = 0;
  };
  const keep = () => {
    forgetTimer();
    timer = window.setTimeout(keepNow, KEPT_AFTER_MS);
  };
  // Whoever goes away at once loses nothing of what was typed last.
  const keepNow = () => {
    if (!timer) return;
    forgetTimer();
    keepDraft(draft()).catch(() => undefined);
  };
  form.addEventListener("focusout", keepNow);
  window.addEventListener("pagehide", keepNow);
  document.addEventListener("visibilitychange", () => document.hidden && keepNow());
  form.addEventListener("input", (event) => {
    keep();
    const field = /** @type {HTMLInputElement} */ (event.target).name;
    if (left.has(field)) tell(form, check(rules, textsOf(form)), new Set([field]));
  });
  form.addEventListener("photos", keep);
  form.addEventListener("focusout", (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target).name;
    if (!field) return;
    const typed = /** @type {HTMLInputElement} */ (event.target).value;
    if (typed === "" && !left.has(field)) return;
    left.add(field);
    tell(form, check(rules, textsOf(form)), new Set([field]));
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const errors = check(rules, textsOf(form));
    tell(form, errors);
    const wrong = Object.keys(errors);
    const told = form.querySelector("#form-told");
    told?.replaceChildren();
    if (wrong.length) {
      for (const field of wrong) left.add(field);
      const words = ngettext(
        "Nothing was saved yet: one field needs another look.",
        "Nothing was saved yet: %(num)s fields need another look.",
        wrong.length,
      );
      told?.append(make("p", { class: "refused", text: words }));
      const first = /** @type {HTMLElement | null} */ (form.querySelector('[aria-invalid="true"]'));
      first?.closest("details")?.setAttribute("open", "");
      first?.focus();
      return;
    }
    send();
  });

  const send = async () => {
    if (sending) return;
    sending = true;
    form.classList.add("sending");
    const body = new FormData(form);
    body.delete("photos");
    for (const photo of photos()) body.append("photos", photo, photo.name);
    try {
      await keepDraft(draft(true)).catch(() => undefined);
      const response = await fetch(form.getAttribute("action") || location.href, { method: "POST", body });
      if (response.status >= SERVER_ERROR) throw new TypeError(String(response.status));
      forgetTimer();
      const answered = new URL(response.url).pathname;
      const stopped = response.redirected && (answered === SIGN_IN || answered === OWES);
      const taken = response.ok && !stopped;
      await (taken ? dropDraft(account, name) : keepDraft(draft())).catch(() => undefined);
      form.classList.remove("unsent");
      dismiss("away");
      if (stopped && answered === SIGN_IN) {
        // It leads back to this form, where the draft is offered.
        location.assign(`${SIGN_IN}?next=${encodeURIComponent(location.pathname + location.search)}`);
      } else if (response.ok && response.redirected) location.assign(response.url);
      else if (response.status === UNPROCESSABLE || response.status === STALE) replace(await response.text());
      else location.reload();
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      form.classList.add("unsent");
      notify("away", gettext("No connection. What you wrote is kept on this device and will be sent again."), {
        label: gettext("Send now"),
        act: send,
      });
      setTimeout(
        () => navigator.onLine && form.classList.contains("unsent") && form.isConnected && send(),
        AGAIN_AFTER_MS,
      );
    } finally {
      sending = false;
      form.classList.remove("sending");
    }
  };
  window.addEventListener("online", () => form.classList.contains("unsent") && send());

  const replace = (/** @type {string} */ html) => {
    const other = new DOMParser().parseFromString(html, "text/html");
    const main = other.getElementById("main");
    const there = document.getElementById("main");
    if (!main || !there) return location.reload();
    const kept = photos();
    there.replaceWith(main);
    document.title = other.title;
    document.dispatchEvent(new CustomEvent("replaced", { detail: kept }));
    window.scrollTo(0, 0);
    /** @type {HTMLElement | null} */ (main.querySelector('[aria-invalid="true"], [role="alert"]'))?.focus?.();
    return undefined;
  };

  offer(form, name, photos);
}

/**
 * Offer what was typed here before and never got through.
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {() => File[]} photos
 */
async function offer(form, name, photos) {
  const draft = await findDraft(account, name).catch(() => undefined);
  if (!draft || form.querySelector('[aria-invalid="true"], .refused')) return;
  const now = textsOf(form);
  const differs = draft.entries.some(([key, value]) =>
    typeof value === "string" ? (now[key] ?? "") !== value : photos().length === 0,
  );
  if (!differs) return;
  const at = new Date(draft.savedAt).toLocaleString(document.documentElement.lang, {
    dateStyle: "medium",
    timeStyle: "short",
  });
  const bar = make("div", { class: "draft-offer", role: "status" });
  const older = draft.version !== (form.dataset.version ?? "");
  bar.append(
    make("p", {
      text: older
        ? gettext("There is an unsent draft of %(when)s. The record was changed since; look at both.", { when: at })
        : gettext("There is an unsent draft of %(when)s.", { when: at }),
    }),
  );
  const take = make("button", { type: "button", class: "chip", text: gettext("Take the draft") });
  const drop = make("button", { type: "button", class: "text-button", text: gettext("Throw it away") });
  take.addEventListener("click", () => {
    fillIn(form, draft.entries);
    bar.remove();
  });
  drop.addEventListener("click", async () => {
    await dropDraft(account, name);
    bar.remove();
  });
  bar.append(take, drop);
  form.before(bar);
}

/**
 * @param {HTMLFormElement} form
 * @param {[string, string | File][]} entries
 */
function fillIn(form, entries) {
  for (const box of form.querySelectorAll('input[type="checkbox"]')) {
    if (box instanceof HTMLInputElement) box.checked = false;
  }
  /** @type {File[]} */
  const photos = [];
  for (const [key, value] of entries) {
    if (typeof value !== "string") {
      photos.push(value);
      continue;
    }
    const field = /** @type {HTMLInputElement | null} */ (form.querySelector(`[name="${CSS.escape(key)}"]`));
    if (!field || OF_THE_PAGE.has(key)) continue;
    if (field.type === "checkbox") field.checked = true;
    else if (field.type !== "file") field.value = value;
  }
  if (photos.length) form.dispatchEvent(new CustomEvent("add-photos", { detail: photos }));
  form.dispatchEvent(new Event("input"));
}
