// Small comforts; every page works without them.
"use strict";
document.addEventListener("change", (event) => {
  const select = event.target.closest("select[data-submit]");
  if (select?.form) select.form.requestSubmit();
});
document.addEventListener("click", async (event) => {
  if (event.target.closest("[data-print]")) window.print();
  const copy = event.target.closest("[data-copy]");
  if (!copy) return;
  try {
    await navigator.clipboard.writeText(copy.dataset.copy);
    if (copy.dataset.copied) copy.textContent = copy.dataset.copied;
  } catch {
    // Not allowed here: the text itself stands on the page.
  }
});
// Signing out forgets what the phone keeps: with marks not sent it first shows them.
document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") !== "/sign-out" || location.pathname === "/sync") return;
  let unsent = 0;
  try {
    unsent = Number(localStorage.getItem("unsent"));
  } catch {
    // Nothing may be kept here, so nothing waits.
  }
  if (!unsent) return;
  event.preventDefault();
  location.assign("/sync");
});
