// @ts-check
/** The editor's form: what is filled in as a document, and a document filled in. */

import { byId, make } from "../dom.js";
import { gettext } from "../text.js";

/** @typedef {import("./ask.js").Document} Document */
/** @typedef {import("./ask.js").Other} Other */
/** @typedef {{ since: string, until: string, weekdays: number[] }} Hours */
/** @typedef {{ other_id: number, kind: string, due_on: string | null, name?: string }} Link */
/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field */

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

/** Fields that only one kind of zone has. */
const OF_KIND = /** @type {Record<string, string[]>} */ ({
  relocation: ["utility", "placement", "step", "dig_plan_state"],
  diversion: [
    ...["taken", "side", "passing", "lanes_before", "lanes_open", "still_pass", "permit_step", "approval_number"],
    ...["approved_until_on", "announced_on", "extended_until_on", "extension_reason"],
  ],
  control_area: ["level", "stops", "exempt"],
});

export class ZoneForm {
  /**
   * @param {HTMLFormElement} form
   * @param {{ links: Record<string, string>, kinds: Record<string, string> }} words
   * @param {() => void} changed
   */
  constructor(form, words, changed) {
    this.form = form;
    this.words = words;
    this.changed = changed;
    /** What the document said that no field shows; it is sent back as it came. @type {Document} */
    this.rest = {};
    /** @type {Hours[]} */
    this.hours = [];
    /** @type {Link[]} */
    this.links = [];
    form.addEventListener("input", () => changed());
    form.addEventListener("change", () => {
      this.showKind();
      changed();
    });
    for (const button of form.querySelectorAll("[data-hours]")) {
      button.addEventListener("click", () => this.presetHours(/** @type {HTMLElement} */ (button).dataset.hours ?? ""));
    }
    byId("add-hours").addEventListener("click", () => {
      this.hours.push({ since: "22:00", until: "06:00", weekdays: EVERY_DAY });
      this.showHours();
      changed();
    });
  }

  /** @returns {string} */
  get kind() {
    return this.field("kind")?.value ?? "relocation";
  }

  /**
   * @param {string} name
   * @returns {Field | null}
   */
  field(name) {
    return this.form.querySelector(`[data-field="${name}"]`);
  }

  /**
   * Fill the form in.
   * @param {Document} document
   */
  fill(document) {
    this.rest = document;
    for (const field of /** @type {NodeListOf<Field>} */ (this.form.querySelectorAll("[data-field]"))) {
      const value = document[field.dataset.field ?? ""];
      if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = Boolean(value);
      else if (value !== undefined) field.value = value === null ? "" : String(value);
    }
    for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (this.form.querySelectorAll("[data-list]"))) {
      box.checked = (document[box.dataset.list ?? ""] ?? []).includes(box.value);
    }
    const project = [...byId("projects").querySelectorAll("option")].find(
      (option) => option.dataset.id === String(document.project_id ?? ""),
    );
    /** @type {HTMLInputElement} */ (byId("project")).value = project?.value ?? "";
    this.hours = (document.hours ?? []).map((/** @type {Hours} */ hours) => ({ ...hours }));
    this.links = (document.links ?? []).map((/** @type {Link} */ link) => ({ ...link }));
    this.showKind();
    this.showHours();
    this.showLinks();
  }

  /**
   * What is filled in.
   * @returns {Document} without parts
   */
  read() {
    const kind = this.kind;
    /** @type {Document} */
    const document = { ...this.rest };
    for (const field of /** @type {NodeListOf<Field>} */ (this.form.querySelectorAll("[data-field]"))) {
      const name = field.dataset.field ?? "";
      if (field instanceof HTMLInputElement && field.type === "checkbox") document[name] = field.checked;
      else if (field.value.trim() === "") document[name] = null;
      else if ((field instanceof HTMLInputElement && field.type === "number") || name.endsWith("_id")) {
        document[name] = Number(field.value);
      } else document[name] = field.value;
    }
    const lists = /** @type {NodeListOf<HTMLInputElement>} */ (this.form.querySelectorAll("[data-list]"));
    for (const name of new Set([...lists].map((box) => box.dataset.list ?? ""))) {
      document[name] = [...lists].filter((box) => box.dataset.list === name && box.checked).map((box) => box.value);
    }
    for (const [owner, names] of Object.entries(OF_KIND)) {
      if (owner !== kind) for (const name of names) delete document[name];
    }
    const typed = /** @type {HTMLInputElement} */ (byId("project")).value;
    const project = [...byId("projects").querySelectorAll("option")].find((option) => option.value === typed);
    document.project_id = project ? Number(project.dataset.id) : null;
    document.hours = this.hours;
    document.links = this.links.map(({ other_id, kind: link, due_on }) => ({
      other_id,
      kind: link,
      due_on: due_on || null,
    }));
    return document;
  }

  /**
   * @param {string} first
   * @param {string} last
   */
  setDays(first, last) {
    const [start, end] = [this.field("first_on"), this.field("last_on")];
    if (start) start.value = first;
    if (end) end.value = last;
    this.changed();
  }

  showKind() {
    document.body.dataset.kind = this.kind;
    for (const section of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".for-kind"))) {
      section.hidden = section.dataset.kind !== this.kind;
    }
    for (const tool of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".only-diversion"))) {
      tool.hidden = this.kind !== "diversion";
    }
  }

  /** @param {string} words for example 22:00-06:00; empty for day and night */
  presetHours(words) {
    const [since, until] = words.split("-");
    this.hours = since && until ? [{ since, until, weekdays: EVERY_DAY }] : [];
    this.showHours();
    this.changed();
  }

  showHours() {
    const preset = this.hours.length ? this.hours.map(({ since, until }) => `${since}-${until}`).join() : "";
    for (const button of /** @type {NodeListOf<HTMLElement>} */ (this.form.querySelectorAll("[data-hours]"))) {
      button.setAttribute("aria-pressed", String(button.dataset.hours === preset));
    }
    const list = byId("hours");
    list.replaceChildren(
      ...this.hours.map((window, place) => {
        const since = make("input", { type: "time", value: window.since, "aria-label": gettext("From") });
        const until = make("input", { type: "time", value: window.until, "aria-label": gettext("To") });
        const night = make("span", { class: "muted" });
        const tell = () => {
          night.textContent = window.until <= window.since ? gettext("the next day") : "";
        };
        since.addEventListener("input", () => {
          window.since = since.value || window.since;
          tell();
        });
        until.addEventListener("input", () => {
          window.until = until.value || window.until;
          tell();
        });
        tell();
        const remove = make("button", { type: "button", class: "text-button", text: gettext("Remove") });
        remove.addEventListener("click", () => {
          this.hours.splice(place, 1);
          this.showHours();
          this.changed();
        });
        return make("li", {}, since, "–", until, night, remove);
      }),
    );
  }

  /** @param {Other} other */
  addLink(other) {
    if (this.links.some(({ other_id }) => other_id === other.id)) return;
    const made = this.kind === "diversion" ? "made_for" : "belongs";
    this.links.push({ other_id: other.id, kind: made, due_on: null, name: `${other.name} ${other.code}` });
    this.showLinks();
    this.changed();
  }

  showLinks() {
    byId("links").replaceChildren(
      ...this.links.map((link, place) => {
        const kind = make("select", { "aria-label": gettext("How they belong together") });
        for (const [code, word] of Object.entries(this.words.links)) {
          kind.append(make("option", { value: code, text: word, selected: code === link.kind }));
        }
        const due = make("input", { type: "date", value: link.due_on ?? "", "aria-label": gettext("Hand-over day") });
        due.hidden = link.kind !== "before";
        kind.addEventListener("change", () => {
          link.kind = kind.value;
          due.hidden = link.kind !== "before";
          if (due.hidden) link.due_on = null;
        });
        due.addEventListener("input", () => {
          link.due_on = due.value || null;
        });
        const name = make("a", {
          href: `/zones/${link.other_id}`,
          target: "_blank",
          text: link.name ?? `#${link.other_id}`,
        });
        const remove = make("button", { type: "button", class: "text-button", text: gettext("Remove") });
        remove.addEventListener("click", () => {
          this.links.splice(place, 1);
          this.showLinks();
          this.changed();
        });
        return make("li", {}, kind, name, due, remove);
      }),
    );
  }
}
