// Every mark that is not sent yet, and two ways out for it: the network, a file.
"use strict";
(() => {
  const list = document.querySelector("[data-unsent]");
  if (!list) return;
  const words = list.dataset;
  const names = new Map();

  async function nameOf(session, person) {
    if (!names.has(session)) {
      const roster = await phone.roster(session).catch(() => null);
      names.set(session, new Map((roster?.people ?? []).map((p) => [p.id, `${p.n}. ${p.name}`])));
    }
    return names.get(session).get(person) ?? words.someone;
  }

  let shown = "";
  phone.watch(async ({ rows }) => {
    const key = rows.map((r) => `${r.sequence}${r.rejected ?? ""}`).join();
    document.querySelector("[data-tools]").hidden = !rows.length;
    document.querySelector("[data-none]").hidden = rows.length > 0;
    if (key === shown) return;
    shown = key;
    const items = await Promise.all(rows.map(async ({ sequence, session, body, rejected }) => {
      const item = document.createElement("li");
      const what = body.finish ? words.finish : words[body.status];
      const who = body.finish ? "" : body.walk_in ? body.walk_in.name : await nameOf(session, body.person);
      const time = new Date(body.at).toLocaleString("en-GB", { day: "numeric", month: "numeric", hour: "2-digit", minute: "2-digit" });
      item.append(`${who} · ${what} · ${time}`);
      if (rejected) {
        const why = document.createElement("p");
        why.className = "error";
        why.textContent = JSON.parse(words.reasons)[rejected] ?? rejected;
        const away = document.createElement("button");
        away.className = "button-quiet";
        away.textContent = words.discard;
        away.addEventListener("click", () => phone.drop([sequence]).then(phone.tell));
        item.append(why, away);
      }
      return item;
    }));
    list.replaceChildren(...items);
  });

  document.querySelector("[data-send]").addEventListener("click", () => phone.send(true));
  document.querySelector("[data-save]").addEventListener("click", async () => {
    const link = document.createElement("a");
    link.href = `data:application/json;charset=utf-8,${encodeURIComponent(await phone.file())}`;
    link.download = `marks-${new Date().toISOString().slice(0, 16).replace(":", "")}.json`;
    link.click();
  });
})();
