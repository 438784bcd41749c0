// Keeps the few pages that must open without a network; they hold no name of anybody.
"use strict";
const KEPT = "kept-__VERSION__";
const FILES = [
  "/static/app.css", "/static/app.js", "/static/vendor/idb.js", "/static/phone.js", "/static/roll-call.js",
  "/static/prepare.js", "/static/sync.js", "/static/icon.svg", "/static/scanner.js", "/static/hall.js",
  "/static/uqr.js", "/static/badge.js",
];
// What reads codes where the browser does not; fetched only there.
const READER = ["/static/scan-worker.js", "/static/jsqr.js"];
// What a page that cannot be reached is shown as.
const SHELLS = [
  [/^\/today$/, "/offline"],
  [/^\/sessions\/\d+\/roll-call$/, "/offline/roll-call"],
  [/^\/sessions\/\d+\/scanner$/, "/offline/scanner"],
  [/^\/sessions\/\d+\/check-in$/, "/offline/check-in"],
  [/^\/me\/badge$/, "/offline/badge"],
  [/^(\/offline)?\/sync$/, "/offline/sync"],
];
const PATIENCE = 3000;

async function keep(paths) {
  const cache = await caches.open(KEPT);
  // Past the browser's own cache: what is kept together was made together.
  await cache.addAll(paths.map((path) => new Request(path, { cache: "reload" })));
}

const shells = () => keep(SHELLS.map(([, shell]) => shell));

async function reader() {
  const formats = (await self.BarcodeDetector?.getSupportedFormats?.().catch(() => [])) ?? [];
  if (!formats.includes("qr_code")) await keep(READER);
}

// No skipWaiting here: another version waits until a page says that everything is sent.
addEventListener("install", (event) => event.waitUntil(Promise.all([keep(FILES), shells(), reader()])));

addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name !== KEPT && name.startsWith("kept-")) await caches.delete(name);
    await clients.claim();
  })());
});

addEventListener("message", (event) => {
  if (event.data === "go on") skipWaiting();
  // The pages are kept in the language that was last chosen.
  if (event.data === "shells") event.waitUntil(shells().catch(() => {}));
});

async function kept(path) {
  const cache = await caches.open(KEPT);
  return cache.match(path);
}

/** The network's answer when it comes in time and is one; otherwise what is kept. */
async function answer(request, path) {
  const copy = await kept(path);
  const fetched = fetch(request);
  fetched.catch(() => {});
  const late = new Promise((done) => setTimeout(done, PATIENCE));
  try {
    const first = await (copy ? Promise.race([fetched, late]) : fetched);
    if (first && !(copy && first.status >= 500)) return first;
  } catch (why) {
    if (!copy) throw why;
  }
  return copy;
}

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    const shell = SHELLS.find(([pattern]) => pattern.test(url.pathname));
    if (shell) event.respondWith(answer(request, shell[1]));
  } else if (FILES.includes(url.pathname) || READER.includes(url.pathname)) {
    event.respondWith(answer(request, url.pathname));
  }
});
