// The trainer's scanner: reads badges with the camera and knows them without a network; its marks go the way of the roll's.
"use strict";
(async () => {
  const box = document.querySelector("[data-scanner]");
  if (!box) return;
  const session = location.pathname.split("/")[2];
  const part = (name) => box.querySelector(`[data-${name}]`);
  const say = (name, fields = {}) => Object.entries(fields).reduce((t, [k, v]) => t.replace(`{${k}}`, v), box.dataset[name]);
  const bytes = (text) => new TextEncoder().encode(text);
  const fromBase64 = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const done = new Set();
  let roster = null;

  async function hashOf(text) {
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes(text)));
    return [...hash].map((b) => b.toString(16).padStart(2, "0")).join("").slice(0, 32);
  }

  /** Whether a badge that is not on the list is one of ours; where the browser cannot tell, it is not. */
  async function isOurs(text) {
    const cut = text.lastIndexOf(".");
    try {
      const key = await crypto.subtle.importKey("raw", fromBase64(roster.badge_key), "Ed25519", false, ["verify"]);
      return await crypto.subtle.verify("Ed25519", key, fromBase64(text.slice(cut + 1)), bytes(text.slice(0, cut)));
    } catch {
      return false;
    }
  }

  /** The names: anew from the server, or as they are on the phone. */
  async function fetchNames() {
    part("names").textContent = say("loading");
    await phone.prepare(session).catch(() => false);
    roster = await phone.roster(session).catch(() => null);
    part("names").textContent = roster ? say("ready", { n: roster.people.length }) : say("nonames");
    if (!roster) return;
    for (const [name, text] of [["title", roster.title], ["when", [roster.when, roster.place].filter(Boolean).join(" · ")]]) {
      for (const place of document.querySelectorAll(`[data-fill="${name}"]`)) place.textContent = text;
    }
    for (const link of document.querySelectorAll("[data-to]")) link.href = `/sessions/${session}/${link.dataset.to}`;
  }

  function tell(name, words, good) {
    const line = document.createElement("li");
    const who = document.createElement("bdi");
    who.textContent = name;
    line.append(who, name ? `: ${words}` : words);
    line.className = good ? "scan-good" : "scan-bad";
    part("result").textContent = line.textContent;
    part("result").className = `scan-result ${line.className}`;
    part("last").prepend(line);
    while (part("last").children.length > 5) part("last").lastElementChild.remove();
    navigator.vibrate?.(good ? 80 : [80, 80, 80]);
  }

  async function mark({ id, name }) {
    if (done.has(id)) return tell(name, say("again"), true);
    if (phone.now() < Date.parse(roster.opens_at)) return tell(name, say("early"), false);
    done.add(id);
    const status = phone.now() > Date.parse(roster.late_from) ? "late" : "present";
    await phone.add(session, roster.owner, [{ person: id, status, badge: true }]);
    tell(name, say(status), true);
    phone.send();
  }

  async function read(text) {
    if (!roster) return tell("", say("nonames"), false);
    if (text.includes("/check-in/")) return tell("", say("hall"), false);
    const known = await hashOf(text);
    const found = roster.people.find((p) => p.badge === known);
    if (found) return mark(found);
    if (roster.revoked.includes(known)) return tell("", say("revoked"), false);
    tell("", say((await isOurs(text)) ? "foreign" : "unknown"), false);
  }

  // --- The camera -----------------------------------------------------------------------------

  /** The browser's own detector, or the worker, which is fetched only then. */
  async function detector() {
    const formats = (await globalThis.BarcodeDetector?.getSupportedFormats?.()) ?? [];
    if (formats.includes("qr_code")) {
      const native = new BarcodeDetector({ formats: ["qr_code"] });
      return async (video) => (await native.detect(video))[0]?.rawValue;
    }
    const worker = new Worker("/static/scan-worker.js");
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    return (video) => {
      const scale = Math.min(1, 800 / Math.max(video.videoWidth, video.videoHeight));
      canvas.width = Math.round(video.videoWidth * scale);
      canvas.height = Math.round(video.videoHeight * scale);
      pen.drawImage(video, 0, 0, canvas.width, canvas.height);
      const { data, width, height } = pen.getImageData(0, 0, canvas.width, canvas.height);
      return new Promise((found) => {
        worker.onmessage = (event) => found(event.data);
        worker.postMessage({ data, width, height }, [data.buffer]);
      });
    };
  }

  const camera = part("camera");
  const video = part("video");
  let detect = null;
  let last = ["", 0];

  async function look() {
    if (!video.srcObject) return;
    const text = video.videoWidth ? await detect(video) : null;
    const [before, at] = last;
    if (text && (text !== before || Date.now() - at > 4000)) {
      last = [text, Date.now()];
      await read(text);
    } else if (text) last = [text, Date.now()];
    setTimeout(look, 80);
  }

  async function start() {
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: "environment", width: { ideal: 1280 } } });
    } catch (why) {
      part("result").textContent = say(why.name === "NotAllowedError" ? "refused" : "nocamera");
      return;
    }
    detect ??= await detector();
    video.hidden = false;
    await video.play();
    camera.textContent = say("stop");
    const [track] = video.srcObject.getVideoTracks();
    part("torch").hidden = !track.getCapabilities?.().torch;
    look();
  }

  function stop() {
    for (const track of video.srcObject.getTracks()) track.stop();
    video.srcObject = null;
    video.hidden = true;
    part("torch").hidden = true;
    camera.textContent = say("start");
  }

  camera.hidden = !navigator.mediaDevices?.getUserMedia || !crypto.subtle;
  if (camera.hidden) part("result").textContent = say("nocamera");
  camera.addEventListener("click", () => (video.srcObject ? stop() : start()));
  let lit = false;
  part("torch").addEventListener("click", () => {
    lit = !lit;
    video.srcObject?.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: lit }] }).catch(() => {});
  });

  document.querySelector("[data-manual]").addEventListener("submit", (event) => {
    const field = event.target.elements.code;
    const typed = field.value.replace(/\s/g, "");
    const fitting = roster?.people.filter((p) => p.typed === typed) ?? [];
    if (fitting.length !== 1) return; // The server says what is wrong.
    event.preventDefault();
    field.value = "";
    mark(fitting[0]);
  });

  await phone.ready;
  await fetchNames();
  for (const { session: of, body, rejected } of await phone.queue().catch(() => [])) {
    if (of === session && body.badge && !rejected) done.add(body.person);
  }
  // Who could not be marked may be scanned again.
  phone.watch(({ rows }) => {
    for (const { session: of, body, rejected } of rows) if (of === session && rejected) done.delete(body.person);
  });
  document.documentElement.dataset.scanner = "ready";
  addEventListener("online", () => roster || fetchNames());
})();
