// A check-in tapped without a network is kept with its code and its time, and sent later.
"use strict";
(() => {
  const KEPT = "check-ins";
  const kept = () => JSON.parse(localStorage.getItem(KEPT) ?? "[]");
  const keep = (taps) => localStorage.setItem(KEPT, JSON.stringify(taps));
  const line = document.querySelector("[data-offline]");
  const tell = (text) => {
    if (!line) return;
    line.textContent = text;
    line.hidden = !text;
  };

  const post = (path, fields) =>
    fetch(path, {
      method: "POST", body: new URLSearchParams(fields), headers: { Accept: "application/json" },
      redirect: "error", signal: AbortSignal.timeout?.(15000),
    });

  /** Sends what waits, each with the token of this day and its time by the server's clock. */
  async function sendKept() {
    if (!kept().length) return;
    try {
      const page = await fetch("/check-in", { redirect: "follow" });
      const ahead = Date.now() - Date.parse(page.headers.get("date") ?? "");
      const token = new DOMParser().parseFromString(await page.text(), "text/html").querySelector("[name=_token]")?.value;
      if (!page.ok || !token) return;
      for (const tap of kept()) {
        const at = new Date(tap.at - (ahead || 0)).toISOString();
        const answer = await post(tap.path, { _token: token, person: tap.person, at });
        // Refused for good or taken: either way it is told once and not sent again.
        if (answer.status >= 500 || answer.status === 429) return;
        const told = answer.ok ? tap.sent : (await answer.json().catch(() => ({}))).detail;
        keep(kept().filter((other) => other.path !== tap.path || other.person !== tap.person));
        tell(told ?? "");
      }
    } catch {
      // Still no network.
    }
  }

  for (const form of document.querySelectorAll("form[data-tap]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const at = Date.now();
      const person = form.elements.person.value;
      form.querySelector("button").disabled = true;
      try {
        await post(form.action, new FormData(form));
        // Whatever was answered, the page says it.
        location.reload();
      } catch {
        const path = new URL(form.action).pathname;
        const tap = { path, person, at, sent: form.dataset.sent };
        keep([...kept().filter((other) => other.path !== path || other.person !== person), tap]);
        tell(form.dataset.kept);
      }
    });
  }
  addEventListener("online", sendKept);
  setInterval(sendKept, 20000);
  sendKept();
})();
