// Takes the rosters of the next two days onto the phone, without being asked.
"use strict";
(async () => {
  const cards = [...document.querySelectorAll("[data-prepare]")];
  await phone.ready;
  for (const card of cards) {
    const place = card.querySelector("[data-prepared]");
    const on = await phone.prepare(card.dataset.prepare).catch(() => false);
    if (place) place.textContent = on ? place.dataset.prepared : place.dataset.missing;
  }
  (await phone.registered())?.active?.postMessage("shells");

  // Without a network: what is on the phone.
  const list = document.querySelector("[data-on-phone]");
  const blank = document.getElementById("on-phone");
  if (!list || !blank) return;
  const rosters = await phone.rosters().catch(() => []);
  for (const { session, title, when, place, people } of rosters) {
    const card = blank.content.cloneNode(true);
    const say = (name, words) => (card.querySelector(`[data-f="${name}"]`).textContent = words);
    say("title", title);
    say("when", when);
    say("place", [place, list.dataset.names.replace("{n}", people.length)].filter(Boolean).join(" · "));
    card.querySelector("a").href = `/sessions/${session}/roll-call`;
    list.append(card);
  }
  document.querySelector("[data-nothing]").hidden = rosters.length > 0;
})();
