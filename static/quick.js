// Reads the numbers back by name while they are typed; the server does the reading.
"use strict";
(() => {
  const form = document.querySelector("form[data-quick]");
  if (!form) return;
  let timer = 0;
  let asked = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(read, 250);
  });
  async function read() {
    const mine = ++asked;
    try {
      const query = new URLSearchParams(new FormData(form));
      query.set("read", "yes");
      const answer = await fetch(`${form.action}?${query}`, { signal: AbortSignal.timeout(10000) });
      if (!answer.ok || answer.redirected || mine !== asked) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-read]");
      if (fresh) document.querySelector("[data-read]").replaceWith(fresh);
    } catch {
      // No network: the button asks again.
    }
  }
})();
