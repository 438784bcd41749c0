// The trainer's scanner: reads badges with the camera, knows the names without a network, keeps marks until they are sent.
"use strict";
(() => {
  const box = document.querySelector("[data-scanner]");
  if (!box) return;
  const { session, token } = box.dataset;
  const part = (name) => box.querySelector(`[data-${name}]`);
  const say = (name, fields = {}) => Object.entries(fields).reduce((t, [k, v]) => t.replace(`{${k}}`, v), box.dataset[name]);
  const bytes = (text) => new TextEncoder().encode(text);
  const fromBase64 = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const WAITING = `scans-${session}`;
  const waiting = () => JSON.parse(localStorage.getItem(WAITING) ?? "[]");
  const keep = (marks) => localStorage.setItem(WAITING, JSON.stringify(marks));
  const done = new Set();
  let bundle = null; // names stay in memory: nothing of them is written to the phone

  async function hashOf(text) {
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes(text)));
    return [...hash].map((b) => b.toString(16).padStart(2, "0")).join("").slice(0, 32);
  }

  /** Whether a badge that is not on the list is one of ours; where the browser cannot tell, it is not. */
  async function isOurs(text) {
    const cut = text.lastIndexOf(".");
    try {
      const key = await crypto.subtle.importKey("raw", fromBase64(bundle.key), "Ed25519", false, ["verify"]);
      return await crypto.subtle.verify("Ed25519", key, fromBase64(text.slice(cut + 1)), bytes(text.slice(0, cut)));
    } catch {
      return false;
    }
  }

  async function fetchNames() {
    part("names").textContent = say("loading");
    try {
      const answer = await fetch(`/sessions/${session}/scanner/names`, { headers: { Accept: "application/json" }, redirect: "error" });
      if (!answer.ok) throw new Error(answer.status);
      bundle = await answer.json();
      part("names").textContent = say("ready", { n: bundle.people.length });
    } catch {
      part("names").textContent = say("nonames");
    }
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

  /** A UUIDv7: the time in front, so that marks sort as they were made. */
  function markId(at) {
    const id = crypto.getRandomValues(new Uint8Array(16));
    for (let i = 0; i < 6; i += 1) id[i] = Math.floor(at / 2 ** (8 * (5 - i))) & 255;
    id[6] = (id[6] & 15) | 112;
    id[8] = (id[8] & 63) | 128;
    return [...id].map((b) => b.toString(16).padStart(2, "0")).join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  function mark({ person, name }) {
    if (done.has(person)) return tell(name, say("again"), true);
    done.add(person);
    const at = Date.now();
    keep([...waiting(), { id: markId(at), person, status: "present", at: new Date(at).toISOString(), device: "scanner" }]);
    tell(name, say("here"), true);
    send();
  }

  async function read(text) {
    if (!bundle) return tell("", say("nonames"), false);
    if (text.includes("/check-in/")) return tell("", say("hall"), false);
    const known = await hashOf(text);
    const found = bundle.people.find((p) => p.badge === known);
    if (found) return mark(found);
    if (bundle.revoked.includes(known)) return tell("", say("revoked"), false);
    tell("", say((await isOurs(text)) ? "foreign" : "unknown"), false);
  }

  let sending = false;
  async function send() {
    const marks = waiting().slice(0, 200);
    if (sending) return;
    part("sync").textContent = marks.length ? say("waiting", { n: waiting().length }) : "";
    if (!marks.length) return;
    sending = true;
    try {
      const answer = await fetch(`/api/v1/sessions/${session}/marks`, {
        method: "POST", body: JSON.stringify(marks), redirect: "error", signal: AbortSignal.timeout?.(20000),
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-Form-Token": token },
      });
      if (answer.ok) {
        const told = await answer.json();
        const sent = new Set(marks.map((m) => m.id));
        keep(waiting().filter((m) => !sent.has(m.id)));
        for (const { id, result } of told) {
          if (result !== "rejected") continue;
          const { person } = marks.find((m) => m.id === id) ?? {};
          done.delete(person);
          tell("", say("rejected", { name: bundle?.people.find((p) => p.person === person)?.name ?? "" }), false);
        }
        part("sync").textContent = waiting().length ? say("waiting", { n: waiting().length }) : say("sent");
      }
    } catch {
      // No network: tried again.
    }
    sending = false;
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
    const fitting = bundle?.people.filter((p) => p.typed === typed) ?? [];
    if (fitting.length !== 1) return; // The server says what is wrong.
    event.preventDefault();
    field.value = "";
    mark(fitting[0]);
  });

  fetchNames();
  addEventListener("online", () => (bundle ? send() : fetchNames().then(send)));
  setInterval(send, 10000);
  send();
})();
