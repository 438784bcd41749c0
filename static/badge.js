// One's own badge: kept on the phone when it is seen, shown from there without a network.
"use strict";
(async () => {
  const box = document.querySelector("[data-badge]");
  if (!box) return;
  const part = (name) => box.querySelector(`[data-${name}]`);
  const svg = box.querySelector("svg");
  await phone.ready;
  if (!("shell" in box.dataset)) {
    const card = { name: part("name").textContent, unit: part("unit").textContent, typed: part("typed").textContent, size: svg.viewBox.baseVal.width, path: svg.firstElementChild.getAttribute("d") };
    await phone.keepBadge(card).catch(() => {});
    (await phone.registered())?.active?.postMessage("shells");
    return;
  }
  const card = await phone.badge().catch(() => null);
  box.hidden = !card;
  document.querySelector("[data-not-here]").hidden = Boolean(card);
  if (!card) return;
  for (const name of ["name", "unit", "typed"]) part(name).textContent = card[name];
  svg.setAttribute("viewBox", `0 0 ${card.size} ${card.size}`);
  svg.firstElementChild.setAttribute("d", card.path);
})();
