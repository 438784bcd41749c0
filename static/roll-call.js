// The roll: every tap goes to the phone first and from there to the server, with a network or without.
"use strict";
(async () => {
  const form = document.querySelector("form[data-roll]");
  if (!form) return;
  const words = form.dataset;
  const session = location.pathname.split("/")[2];
  const list = form.querySelector(".roll-list");
  const $ = (name, within = document) => within.querySelector(`[data-${name}]`);
  const radios = (row) => [...row.querySelectorAll("input[type=radio]")];
  const marked = (row) => radios(row).find((radio) => radio.checked)?.value ?? row.dataset.marked ?? "";
  let rows = [];
  let owner = words.owner;
  let lastAct = null; // what can be taken back

  // --- The list, from the page or from the phone ---

  function build(roster) {
    for (const [name, text] of [["title", roster.title], ["when", [roster.when, roster.place].filter(Boolean).join(" · ")]]) {
      for (const place of document.querySelectorAll(`[data-fill="${name}"]`)) place.textContent = text;
    }
    document.title = roster.title;
    for (const link of document.querySelectorAll("[data-to]")) link.href = `/sessions/${session}/${link.dataset.to}`;
    const blank = document.getElementById("row");
    for (const person of roster.people) {
      const row = blank.content.firstElementChild.cloneNode(true);
      row.dataset.person = person.id;
      row.dataset.find = person.find;
      if (person.status === "partial") row.dataset.marked = "partial";
      $("n", row).textContent = person.n;
      $("name", row).textContent = person.name;
      $("unit", row).textContent = person.unit;
      for (const radio of radios(row)) {
        radio.name = `mark-${person.id}`;
        radio.checked = radio.value === person.status;
      }
      list.append(row);
    }
    owner = roster.owner;
  }

  function set(row, status) {
    delete row.dataset.marked;
    if (status === "partial") row.dataset.marked = status;
    for (const radio of radios(row)) radio.checked = radio.value === status;
  }

  function count() {
    const counts = {};
    for (const row of rows) counts[marked(row) || "unmarked"] = (counts[marked(row) || "unmarked"] ?? 0) + 1;
    for (const place of document.querySelectorAll("[data-count]")) place.textContent = counts[place.dataset.count] ?? 0;
    return counts;
  }

  await phone.ready;
  if ("shell" in words) {
    const roster = await phone.roster(session).catch(() => null);
    if (!roster) {
      $("not-here").hidden = false;
      form.hidden = true;
      return;
    }
    build(roster);
  }
  rows = [...list.querySelectorAll(".roll-row")];
  const rowOf = new Map(rows.map((row) => [row.dataset.person, row]));
  for (const { session: of, body } of await phone.queue().catch(() => [])) {
    if (of !== session) continue;
    if (body.walk_in) guest(body.walk_in.name);
    else if (rowOf.has(body.person)) set(rowOf.get(body.person), body.status);
  }
  count();
  for (const tool of document.querySelectorAll("[data-tool]")) tool.hidden = false;
  for (const plain of document.querySelectorAll("[data-plain]")) plain.hidden = true;
  document.documentElement.dataset.roll = "ready";
  if (!("shell" in words)) phone.prepare(session).catch(() => {});

  // --- Marks, and taking them back ---

  /** Marks people; `before` of each is what stood, for taking it back. */
  async function mark(pairs, extra = {}) {
    const before = pairs.map(([row]) => [row, row.dataset.was ?? ""]);
    for (const [row, status] of pairs) {
      set(row, status);
      row.dataset.was = status;
    }
    count();
    const first = before.every(([, was]) => !was);
    // What was held for taking back is so no longer.
    const held = lastAct?.held;
    const things = pairs.map(([row, status]) => ({ person: row.dataset.person, status, ...extra }));
    const numbers = await phone.add(session, owner, things, first);
    lastAct = { numbers, before, held: first };
    toast(pairs.length === 1 ? `${pairs[0][0].querySelector("[data-name]").textContent}: ${words[pairs[0][1]]}` : words.many.replace("{n}", pairs.length));
    if (held || !first) phone.send();
  }

  async function undo() {
    const act = lastAct;
    lastAct = null;
    $("toast").hidden = true;
    if (!act) return;
    const back = act.before.filter(([, was]) => was);
    if (await phone.takeBack(act.numbers)) {
      for (const [row, was] of act.before) Object.assign(row.dataset, { was }) && set(row, was);
      count();
    } else if (back.length === act.before.length) {
      // Sent already: what stood before is marked again.
      await mark(back.map(([row, was]) => [row, was]));
    } else toastLine(words.tooLate);
  }

  let hiding = 0;
  function toast(text) {
    toastLine(text);
    $("undo").hidden = false;
  }
  function toastLine(text) {
    $("toast").hidden = false;
    $("undo").hidden = true;
    $("toast-text").textContent = text;
    clearTimeout(hiding);
    hiding = setTimeout(() => {
      $("toast").hidden = true;
      lastAct = null;
      phone.send();
    }, 10000);
  }

  for (const row of rows) row.dataset.was = marked(row);
  list.addEventListener("change", (event) => {
    const row = event.target.closest(".roll-row");
    if (row && event.target.type === "radio") mark([[row, event.target.value]]);
  });
  $("undo").addEventListener("click", undo);
  $("all-present").addEventListener("click", () => {
    const open = rows.filter((row) => !marked(row));
    if (open.length) mark(open.map((row) => [row, "present"]));
  });

  // --- Keys: only while the list has the focus ---

  const keys = { p: "present", l: "late", e: "excused", a: "absent" };
  const shown = () => rows.filter((row) => !row.hidden);
  const go = (row) => row && (radios(row).find((r) => r.checked) ?? radios(row)[0]).focus();
  list.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.type !== "radio") return;
    const row = event.target.closest(".roll-row");
    const place = shown().indexOf(row);
    // A Devanagari keyboard is read by the key's place.
    const key = (/^[ -~]$/.test(event.key) ? event.key : event.code.replace("Key", "")).toLowerCase();
    if (event.key === "ArrowUp") go(shown()[place - 1]);
    else if (event.key === "ArrowDown") go(shown()[place + 1]);
    else if (key === "u") undo();
    else if (key === "/" || key === "slash") $("search").focus();
    else if (keys[key]) {
      mark([[row, keys[key]]]);
      go(shown()[place + 1] ?? row);
    } else return;
    event.preventDefault();
  });

  $("search").addEventListener("input", (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    for (const row of rows) {
      const name = `${$("name", row).textContent.toLowerCase()} ${row.dataset.find ?? ""} ${$("n", row).textContent}`;
      row.hidden = wanted !== "" && !name.includes(wanted);
    }
  });

  // --- One person at a time ---

  const call = $("call");
  let at = 0;
  function face() {
    const row = rows[at];
    $("call-end").hidden = Boolean(row);
    $("call-face").hidden = !row;
    if (!row) return $("call-close").focus();
    $("call-place").textContent = `${at + 1} / ${rows.length}`;
    $("call-name").textContent = $("name", row).textContent;
    $("call-unit").textContent = $("unit", row).textContent;
    $("call-status").textContent = words[marked(row) || "unmarked"];
  }
  $("call-open").addEventListener("click", () => {
    at = Math.max(rows.findIndex((row) => !marked(row)), 0);
    call.hidden = false;
    form.hidden = true;
    face();
    call.querySelector("h2").focus();
  });
  $("call-close").addEventListener("click", () => {
    call.hidden = true;
    form.hidden = false;
    $("call-open").focus();
  });
  call.addEventListener("click", (event) => {
    const { status, step } = event.target.closest("button")?.dataset ?? {};
    if (status && rows[at]) {
      mark([[rows[at], status]]);
      at += 1;
    } else if (step) at = Math.min(Math.max(at + Number(step), 0), rows.length);
    else return;
    face();
  });

  // --- Somebody who stands on no list ---

  function guest(name) {
    const item = document.createElement("li");
    item.textContent = name;
    $("guests").append(item);
  }
  $("walk-in").addEventListener("submit", async (event) => {
    event.preventDefault();
    const { name, phone: number } = event.target.elements;
    const digits = number.value.replace(/\D/g, "").replace(/^(91|0)(?=\d{10}$)/, "");
    $("walk-in-wrong").hidden = Boolean(name.value.trim()) && /^[6-9]\d{9}$/.test(digits);
    if (!$("walk-in-wrong").hidden) return name.value.trim() ? number.focus() : name.focus();
    const walk_in = { name: name.value.trim(), phone: digits };
    await phone.add(session, owner, [{ walk_in, status: "present" }]);
    guest(walk_in.name);
    event.target.reset();
    toastLine(words.added);
    phone.send();
  });

  // --- The end ---

  async function finish(status) {
    const open = rows.filter((row) => !marked(row));
    if (status) await mark(open.map((row) => [row, status]), { closing: true });
    await phone.add(session, owner, [{ finish: "leave" }]);
    $("question").hidden = true;
    toastLine(words.finished);
    $("done").hidden = false;
    phone.send(true);
  }
  $("finish").addEventListener("submit", (event) => {
    event.preventDefault();
    const open = count().unmarked ?? 0;
    if (!open) return finish();
    $("question-text").textContent = words.ask.replace("{n}", open);
    $("question").hidden = false;
    $("question-text").focus();
  });
  $("question").addEventListener("click", (event) => {
    const { choice } = event.target.dataset;
    if (choice) finish(choice === "absent" ? "absent" : "");
  });
  // The plain form carries the whole roll; its place is taken by the taps.
  form.addEventListener("submit", (event) => event.preventDefault());
})();
