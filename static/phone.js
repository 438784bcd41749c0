// What the phone keeps, sealed with a key that no script can read out, and how it is sent.
"use strict";
const phone = (() => {
  const DAY = 86400000;
  const MOST = 200; // of one request
  const HOLD = 10000; // a first mark can be taken back for so long
  const watchers = new Set();
  let clock = 0; // server's clock minus ours
  let refused = false;
  let opened = null;
  let busy = null;
  let waitUntil = 0;
  let memory = []; // the queue, where the browser keeps nothing
  const taken = new Map(); // rosters of this page, for the same browsers

  // --- Kept and sealed ---

  async function open() {
    if (refused) throw new Error("refused");
    opened ??= (async () => {
      const db = await idb.openDB("prashikshan", 1, {
        upgrade(made) {
          made.createObjectStore("facts");
          made.createObjectStore("rosters");
          made.createObjectStore("queue", { keyPath: "sequence" });
        },
      });
      let key = await db.get("facts", "key");
      if (!key) {
        key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
        await db.put("facts", key, "key");
      }
      return { db, key };
    })();
    try {
      return await opened;
    } catch (why) {
      refused = true;
      throw why;
    }
  }

  async function seal(key, value) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new TextEncoder().encode(JSON.stringify(value)));
    return { iv, data };
  }

  async function unseal(key, { iv, data }) {
    return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, data)));
  }

  async function facts() {
    const { db } = await open();
    clock = (await db.get("facts", "clock")) ?? clock;
    return db.get("facts", "sent");
  }

  async function setClock(now, asked) {
    const offset = Date.parse(now) - Math.round((asked + Date.now()) / 2);
    if (!Number.isFinite(offset)) return;
    clock = offset;
    const { db } = await open().catch(() => ({}));
    await db?.put("facts", clock, "clock");
  }

  // --- Rosters ---

  /** Takes a session's roster from the server; true when it is on the phone. */
  async function prepare(session) {
    const asked = Date.now();
    const answer = await fetch(`/sessions/${session}/roll-call/bundle`, {
      headers: { Accept: "application/json" }, redirect: "error", signal: AbortSignal.timeout(15000),
    });
    if (!answer.ok) {
      // Whoever may no longer take this roll keeps no name of it; a helper's pass ends without a sign-in.
      const over = answer.status === 403 || answer.status === 404 || (answer.status === 401 && byHelper(await roster(session).catch(() => null)));
      if (over) await wipe(session);
      return false;
    }
    const fresh = await answer.json();
    taken.set(session, fresh);
    await setClock(fresh.now, asked);
    const { db, key } = await open();
    const wipeAt = Date.parse(fresh.ends_at) + 7 * DAY;
    await db.put("rosters", { ...(await seal(key, fresh)), session, wipeAt }, session);
    navigator.storage?.persist?.();
    return true;
  }

  const byHelper = (of) => Boolean(of?.owner?.startsWith("helper-"));

  async function wipe(session) {
    taken.delete(session);
    const { db } = await open().catch(() => ({}));
    await db?.delete("rosters", session);
  }

  async function roster(session) {
    const { db, key } = await open().catch(() => ({}));
    const kept = await db?.get("rosters", session);
    return kept ? unseal(key, kept) : (taken.get(session) ?? null);
  }

  async function rosters() {
    const { db, key } = await open();
    const all = await Promise.all((await db.getAll("rosters")).map((kept) => unseal(key, kept)));
    return all.sort((a, b) => a.starts_at.localeCompare(b.starts_at));
  }

  /** Names go a day after everything of their session is sent, and a week after it in any case. */
  async function tidy() {
    const { db } = await open();
    for (const { session, wipeAt } of await db.getAll("rosters")) {
      if (wipeAt < Date.now()) await db.delete("rosters", session);
    }
  }

  // --- The queue ---

  function uuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    new DataView(bytes.buffer).setUint32(0, Math.floor(Date.now() / 65536));
    new DataView(bytes.buffer).setUint16(4, Date.now() % 65536);
    bytes[6] = (bytes[6] & 15) | 112;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  let last = 0; // moments of one phone only grow, by the server's clock
  let turn = Promise.resolve();

  /** Writes things done at one session into the queue, in their order; gives their sequence numbers. */
  function add(session, owner, things, hold = false) {
    const at = Date.now();
    const work = async () => {
      const { db, key } = await open().catch(() => ({}));
      let sequence = db ? ((await db.get("facts", "sequence")) ?? 0) : (memory.at(-1)?.sequence ?? 0);
      const rows = [];
      for (const thing of things) {
        last = Math.max(last + 1, at + clock);
        sequence += 1;
        const body = { id: uuid(), ...thing, at: new Date(at).toISOString(), offset_ms: last - at, sequence };
        const row = { sequence, session, owner, holdUntil: hold ? at + HOLD : 0 };
        rows.push(db ? { ...row, ...(await seal(key, body)) } : { ...row, body });
      }
      if (db) {
        const write = db.transaction(["queue", "facts"], "readwrite");
        await Promise.all([
          ...rows.map((row) => write.objectStore("queue").put(row)),
          write.objectStore("facts").put(sequence, "sequence"),
          write.done,
        ]);
      } else memory.push(...rows);
      return rows.map((row) => row.sequence);
    };
    const done = turn.then(work);
    turn = done.catch(() => {});
    return done.then(async (numbers) => (await tell(), numbers));
  }

  /** Everything unsent, opened, in its order. */
  async function queue() {
    await turn;
    const { db, key } = await open().catch(() => ({}));
    const rows = db ? await db.getAll("queue") : memory;
    return Promise.all(rows.map(async (row) => ({ ...row, body: row.body ?? (await unseal(key, row)) })));
  }

  async function drop(numbers) {
    memory = memory.filter((row) => !numbers.includes(row.sequence));
    const { db } = await open().catch(() => ({}));
    const write = db?.transaction("queue", "readwrite");
    if (write) await Promise.all([...numbers.map((n) => write.store.delete(n)), write.done]);
  }

  async function change(sequence, fields) {
    const { db } = await open().catch(() => ({}));
    const row = db ? await db.get("queue", sequence) : memory.find((r) => r.sequence === sequence);
    if (row) Object.assign(row, fields);
    if (row && db) await db.put("queue", row);
  }

  /** Takes back what was not sent; false when it is too late for that. */
  async function takeBack(numbers) {
    if (busy) await busy;
    const there = (await queue()).filter((row) => numbers.includes(row.sequence) && !row.rejected);
    if (there.length < numbers.length) return false;
    await drop(numbers);
    await tell();
    return true;
  }

  // --- Sending ---

  /** Sends what is due; `all` also what was rejected or may still be taken back. */
  function send(all = false) {
    const work = () => deliver(all);
    busy ??= (navigator.locks?.request("send", work) ?? work()).catch(() => {}).finally(async () => {
      busy = null;
      if (say === "sending") say = "";
      await tell();
    });
    return busy;
  }

  async function deliver(all) {
    if (!all && Date.now() < waitUntil) return;
    const due = (row) => all || (!row.rejected && row.holdUntil <= Date.now());
    const rows = (await queue()).filter(due);
    if (!rows.length) return;
    // While a sign-in is asked for, trying again does not take the words away.
    if (say !== "signIn") {
      say = "sending";
      await tell();
    }
    const mine = rows.filter((row) => !byHelper(row));
    if (mine.length) await deliverAs("/sync/state", mine);
    for (const [session, part] of Map.groupBy(rows.filter(byHelper), (row) => row.session)) {
      await deliverAs(`/sessions/${session}/roll-call/state`, part);
    }
  }

  /** Sends as whoever has this phone now: the person who signed in, or a session's helper. */
  async function deliverAs(path, rows) {
    const asked = Date.now();
    const state = await fetch(path, {
      headers: { Accept: "application/json" }, redirect: "error", signal: AbortSignal.timeout(15000),
    });
    // A helper has nothing to sign in to.
    if (byHelper(rows[0]) && [401, 403, 404].includes(state.status)) return refuse(rows[0].session, rows, "pass-ended");
    if (state.status === 401) {
      say = "signIn";
      return;
    }
    say = "sending";
    if (!state.ok) return later(state);
    const { person, token, now } = await state.json();
    await setClock(now, asked);
    const mine = rows.filter((row) => row.owner === person);
    if (mine.length < rows.length) say = "other";
    for (const [session, part] of Map.groupBy(mine, (row) => row.session)) {
      for (let i = 0; i < part.length; i += MOST) {
        if (!(await hand(session, part.slice(i, i + MOST), token))) return;
      }
      await sent(session);
    }
  }

  async function refuse(session, rows, why) {
    for (const row of rows) await change(row.sequence, { rejected: why });
    if (why !== "malformed") await wipe(session);
  }

  async function hand(session, rows, token) {
    const body = rows.map((row) => {
      // A clock that was put right since makes a mark of tomorrow one of now.
      const ahead = Date.parse(row.body.at) + row.body.offset_ms - (Date.now() + clock);
      return ahead > 0 ? { ...row.body, offset_ms: row.body.offset_ms - ahead } : row.body;
    });
    const answer = await fetch(`/sessions/${session}/marks`, {
      method: "POST", body: JSON.stringify(body), redirect: "error", signal: AbortSignal.timeout(30000),
      headers: { Accept: "application/json", "Content-Type": "application/json", "X-Form-Token": token },
    });
    const refusal = { 403: "no-right", 404: "no-right", 422: "malformed", 400: "malformed" }[answer.status];
    if (refusal) {
      await refuse(session, rows, refusal);
      return true;
    }
    if (!answer.ok) return later(answer);
    const results = new Map((await answer.json()).map((r) => [r.id, r]));
    const done = [];
    for (const row of rows) {
      const result = results.get(row.body.id);
      if (result?.result === "rejected") await change(row.sequence, { rejected: result.reason });
      else if (result) done.push(row.sequence);
    }
    await drop(done);
    return true;
  }

  function later(answer) {
    waitUntil = Date.now() + 1000 * Math.min(Number(answer.headers.get("Retry-After")) || 3, 60);
    return false;
  }

  async function sent(session) {
    const { db } = await open().catch(() => ({}));
    await db?.put("facts", Date.now(), "sent");
    const left = (await queue()).some((row) => row.session === session);
    const kept = left ? null : await db?.get("rosters", session);
    // A roster that is still needed is taken anew by the page of today.
    if (kept) await db.put("rosters", { ...kept, wipeAt: Math.min(kept.wipeAt, Date.now() + DAY) }, session);
  }

  // --- Told ---

  let say = "";

  async function tell() {
    const rows = await queue().catch(() => []);
    const waiting = rows.filter((row) => !row.rejected).length;
    const at = await facts().catch(() => undefined);
    try {
      localStorage.setItem("unsent", rows.length);
    } catch {
      // Where nothing may be kept, signing out cannot warn.
    }
    const state = say || (waiting ? "kept" : "sent");
    for (const watcher of watchers) watcher({ state, waiting, rejected: rows.length - waiting, rows, at, refused });
    if (!rows.length) goOn();
  }

  /** Speaks in the elements `[data-sync]`, in their own words. */
  function show({ state, waiting, rejected, at, refused: no }) {
    for (const place of document.querySelectorAll("[data-sync]")) {
      const time = at ? new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" }) : "";
      const words = (place.dataset[no && state === "kept" ? "refused" : state] ?? "").replace("{n}", waiting).replace("{time}", time);
      const more = rejected ? ` · ${place.dataset.rejected.replace("{n}", rejected)}` : "";
      if (place.textContent !== words + more) place.textContent = words + more;
      place.dataset.state = state;
    }
    for (const hint of document.querySelectorAll("[data-when]")) {
      const on = { "sign-in": state === "signIn", refused: no && waiting > 0, rejected: rejected > 0, other: state === "other" };
      hint.hidden = !on[hint.dataset.when];
    }
  }
  watchers.add(show);

  // --- The worker ---

  let registered = null;

  /** Another version takes over only when nothing waits to be sent. */
  function goOn() {
    registered?.then((worker) => worker?.waiting?.postMessage("go on")).catch(() => {});
  }

  if ("serviceWorker" in navigator && isSecureContext) {
    registered = navigator.serviceWorker.register("/service-worker.js").then((worker) => {
      worker.addEventListener("updatefound", () => worker.installing?.addEventListener("statechange", () => void tell()));
      return worker;
    }).catch(() => null);
  }

  // --- One's own badge ---

  async function keepBadge(card) {
    const { db, key } = await open();
    await db.put("facts", await seal(key, card), "badge");
  }

  async function badge() {
    const { db, key } = await open();
    const kept = await db.get("facts", "badge");
    return kept ? unseal(key, kept) : null;
  }

  /** A file with everything unsent, for another phone. */
  async function file() {
    const rows = await queue();
    const sessions = [...Map.groupBy(rows, (row) => row.session)].map(([session, part]) => ({ session, marks: part.map((row) => row.body) }));
    return JSON.stringify({ prashikshan_marks: 1, sessions }, null, 1);
  }

  Map.groupBy ??= (all, of) => {
    const out = new Map();
    for (const one of all) out.set(of(one), [...(out.get(of(one)) ?? []), one]);
    return out;
  };
  addEventListener("online", () => send());
  document.addEventListener("visibilitychange", () => send());
  setInterval(() => send(), 5000);
  const ready = open().then(tidy, () => {}).then(facts, () => {}).catch(() => {}).then(() => tell()).then(() => send());

  return {
    ready, add, queue, takeBack, drop, send, prepare, roster, rosters, file, keepBadge, badge, tell,
    now: () => Date.now() + clock, watch: (w) => watchers.add(w), registered: () => registered,
  };
})();
