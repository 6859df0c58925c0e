// Comfort only: every page works without this file.
"use strict";

// A concept lights up wherever else it stands in the same row.
const light = (mark, on) => {
  const around = mark.closest(".row") ?? mark.closest("main");
  for (const other of around.querySelectorAll(".m")) {
    if (other.dataset.c === mark.dataset.c) other.classList.toggle("lit", on);
  }
};
for (const [event, on] of [["mouseover", true], ["mouseout", false], ["focusin", true], ["focusout", false]]) {
  document.addEventListener(event, (e) => {
    const mark = e.target.closest?.(".m");
    if (mark) light(mark, on);
  });
}

// Rows by keyboard.
const rows = () => [...document.querySelectorAll(".row")];
const current = () => document.querySelector(".row.current");
const go = (row) => {
  current()?.classList.remove("current");
  row.classList.add("current");
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
};
document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input, select, textarea, dialog")) return;
  const all = rows();
  const at = all.indexOf(current());
  if (e.key === "?") document.getElementById("keys")?.showModal();
  else if (!all.length) return;
  else if (e.key === "j") go(all[Math.min(at + 1, all.length - 1)]);
  else if (e.key === "k") go(all[Math.max(at - 1, 0)]);
  else if (at >= 0 && ["a", "r", "d", "p"].includes(e.key)) all[at].querySelector(`[data-key="${e.key}"]`)?.click();
});
// After a judgement the row that took the place of the judged one is the current one.
let last = -1;
document.addEventListener("htmx:beforeRequest", () => { last = rows().indexOf(current()); });
document.addEventListener("htmx:afterSettle", () => {
  ready();
  const all = rows();
  if (last >= 0 && all.length) go(all[Math.min(last, all.length - 1)]);
});
// What could not be done is told in the row; htmx itself would say nothing.
document.addEventListener("htmx:responseError", (e) => {
  const answer = new DOMParser().parseFromString(e.detail.xhr.responseText, "text/html");
  const told = document.createElement("p");
  told.className = "gone";
  told.setAttribute("role", "alert");
  told.textContent = [...answer.querySelectorAll("main h1, main p[lang]")].map((part) => part.textContent).join(": ");
  const row = e.detail.elt.closest(".row");
  row.querySelector("[role=alert]")?.remove();
  row.append(told);
});

const ready = () => {
  for (const button of document.querySelectorAll(".copy, .keys-button, [data-prints]")) button.hidden = false;
};
document.addEventListener("click", (e) => {
  const copy = e.target.closest(".copy");
  if (copy) {
    navigator.clipboard?.writeText(copy.dataset.copy).then(() => { copy.textContent = copy.dataset.done; });
  }
  if (e.target.closest("[data-prints]")) window.print();
  const opens = e.target.closest("[data-opens]");
  if (opens) document.getElementById(opens.dataset.opens).showModal();
});
document.addEventListener("change", (e) => {
  if (e.target.matches("[data-sends]")) e.target.form.requestSubmit();
});
ready();
// The row that a form came back to is the current one.
const back = document.getElementById(location.hash.slice(1));
if (back?.matches(".row")) go(back);
