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
