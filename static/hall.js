// The hall's code, made on this phone every half minute, with or without a network.
"use strict";
(async () => {
  const hall = document.querySelector("[data-hall]");
  if (!hall) return;
  const session = location.pathname.split("/")[2];
  let facts = hall.dataset;
  if ("shell" in facts) {
    // Without a network: what the phone took before.
    await phone.ready;
    const roster = await phone.roster(session).catch(() => null);
    hall.hidden = !roster?.hall;
    document.querySelector("[data-not-here]").hidden = !hall.hidden;
    if (hall.hidden) return;
    facts = roster.hall;
    document.querySelector("[data-fill=title]").textContent = roster.title;
    document.querySelector("[data-fill=when]").textContent = [roster.when, roster.place].filter(Boolean).join(" · ");
    document.querySelector("[data-expected]").textContent = roster.people.length;
    for (const link of document.querySelectorAll("[data-to]")) link.href = `/sessions/${session}/${link.dataset.to}`;
  } else phone.prepare(session).catch(() => {});
  const { secret, address, opens, ends } = facts;
  // Without a secure context there is no HMAC: the page is then drawn by the server, again and again.
  if (!secret || !crypto.subtle) return setTimeout(() => location.reload(), 15000);
  const part = (name) => document.querySelector(`[data-${name}]`);
  const bytes = (text) => new TextEncoder().encode(text);
  const key = crypto.subtle.importKey("raw", bytes(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  // This phone's clock may be wrong: the difference at the last contact is kept for the hall without network.
  let offset = Number(localStorage.getItem("clock-offset") ?? 0);
  let drawn = 0;

  async function mac(purpose, text) {
    return new Uint8Array(await crypto.subtle.sign("HMAC", await key, bytes(`${purpose}\0${text}`)));
  }

  function draw(text) {
    const { size, data } = uqr.encode(text, { ecc: "M", border: 4 });
    let path = "";
    data.forEach((row, y) => row.forEach((dark, x) => (path += dark ? `M${x} ${y}h1v1h-1z` : "")));
    const svg = hall.querySelector("svg.qr");
    svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
    svg.firstElementChild.setAttribute("d", path);
  }

  async function show() {
    const now = Date.now() + offset;
    const open = now >= Number(opens) && now <= Number(ends);
    part("code").hidden = !open;
    part("shut").hidden = open;
    const step = Math.floor(now / 30000);
    if (!open || step === drawn) return;
    drawn = step;
    const seal = btoa(String.fromCharCode(...(await mac("hall", step)).slice(0, 12)));
    draw(`${address}${session}.${step}.${seal.replaceAll("+", "-").replaceAll("/", "_")}`);
    const number = (await mac("typed", step)).slice(0, 7).reduce((n, b) => (n << 8n) | BigInt(b), 0n);
    const digits = String(number % 1000000n).padStart(6, "0");
    part("typed").textContent = `${digits.slice(0, 3)} ${digits.slice(3)}`;
  }

  async function ask() {
    const line = part("line");
    try {
      const answer = await fetch(`/sessions/${session}/arrivals`, {
        headers: { Accept: "application/json" }, redirect: "error", signal: AbortSignal.timeout?.(8000),
      });
      if (!answer.ok) throw new Error(answer.status);
      const { present, expected, doubts, now } = await answer.json();
      offset = now - Date.now();
      localStorage.setItem("clock-offset", offset);
      part("present").textContent = present;
      part("expected").textContent = expected;
      part("more").hidden = doubts <= Number(part("doubts")?.dataset.doubts ?? 0);
      line.textContent = "";
    } catch {
      line.textContent = line.dataset.offline;
    }
  }

  const full = part("full");
  full.hidden = !hall.requestFullscreen;
  full.addEventListener("click", async () => {
    await hall.requestFullscreen();
    // The screen stays on while people scan, where the phone allows it.
    navigator.wakeLock?.request("screen").catch(() => {});
  });
  ask().then(show);
  show();
  setInterval(show, 1000);
  setInterval(ask, 5000);
})();
