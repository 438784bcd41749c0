// Each tap is sent at once; what could not be sent waits in memory and is tried again.
"use strict";
(() => {
  const form = document.querySelector("form[data-roll]");
  if (!form) return;
  const waiting = new Map(); // name → [status, when]: the latest mark of each person
  const sync = form.querySelector("[data-sync]");
  const rows = [...form.querySelectorAll(".roll-row")];
  const radios = (row) => [...row.querySelectorAll("input[type=radio]")];
  const marked = (row) => radios(row).find((radio) => radio.checked);
  let sending = false;
  let leaving = false;

  function tell(state) {
    if (!sync) return;
    const text = (sync.dataset[state] ?? "").replace("{n}", waiting.size);
    if (sync.textContent !== text) sync.textContent = text;
    sync.dataset.state = state;
  }

  async function send() {
    if (sending || !waiting.size) return;
    sending = true;
    tell("saving");
    const [, when] = waiting.values().next().value;
    const batch = [...waiting].filter(([, mark]) => mark[1] === when);
    const body = new URLSearchParams({ _token: form.elements._token.value, marked_at: when });
    for (const [name, [status]] of batch) body.append(name, status);
    let done = false;
    try {
      const answer = await fetch(form.action, {
        method: "POST", body, headers: { Accept: "application/json" }, redirect: "error", signal: AbortSignal.timeout?.(20000),
      });
      const { saved, counts = {} } = await answer.json();
      done = answer.ok && saved >= 0;
      for (const place of done ? document.querySelectorAll("[data-count]") : []) {
        place.textContent = counts[place.dataset.count] ?? place.textContent;
      }
    } catch {
      // No network, or no receipt (a sign-in page): tried again later.
    }
    for (const [name, mark] of batch) {
      // A newer mark stays; a failed one goes last.
      if (waiting.get(name) !== mark) continue;
      waiting.delete(name);
      if (!done) waiting.set(name, mark);
    }
    sending = false;
    tell(waiting.size ? "waiting" : "saved");
    if (done) send();
  }

  function keep(radio, when = new Date().toISOString()) {
    waiting.set(radio.name, [radio.value, when]);
  }

  form.addEventListener("change", (event) => {
    if (!event.target.closest(".roll-row")) return;
    keep(event.target);
    send();
  });

  const all = form.querySelector("[data-all-present]");
  if (all) all.hidden = false;
  all?.addEventListener("click", () => {
    const when = new Date().toISOString();
    for (const row of rows) {
      const present = radios(row).find((radio) => radio.value === "present");
      if (marked(row) || "marked" in row.dataset || !present || present.disabled) continue;
      present.checked = true;
      keep(present, when);
    }
    send();
  });

  const keys = { p: "present", l: "late", e: "excused", a: "absent" };
  const go = (row) => row && (marked(row) ?? radios(row)[0])?.focus();
  form.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.type !== "radio") return;
    const row = event.target.closest(".roll-row");
    const place = rows.indexOf(row);
    // A Devanagari keyboard is read by the key's place.
    const key = /^[ -~]$/.test(event.key) ? event.key : event.code.slice(3);
    const radio = row && radios(row).find((r) => r.value === keys[key.toLowerCase()] && !r.disabled);
    if (event.key === "ArrowUp") go(rows[place - 1]);
    else if (event.key === "ArrowDown") go(rows[place + 1]);
    else if (radio) {
      if (!radio.checked) radio.click();
      go(rows[place + 1] ?? row);
    } else return;
    event.preventDefault();
  });

  form.addEventListener("submit", (event) => {
    // The plain form carries the whole roll; offline it would lose the page.
    leaving = navigator.onLine;
    if (!leaving) event.preventDefault();
  });
  addEventListener("beforeunload", (event) => {
    if (waiting.size && !leaving) event.returnValue = true;
  });
  addEventListener("online", send);
  setInterval(send, 10000);
})();
