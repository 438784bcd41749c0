// Every page in a real browser, in both languages, on a phone and on a desk; then the journeys.
//
//   cargo build && node tests/browser/run.mjs [WORD]     only what has WORD in its name
//
// CHROMIUM names the browser when it is not `chromium`. Pictures and the service's log: ./out

import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { chromium } from 'playwright-core';
import { journeys, stageFor } from './journeys.mjs';
import { faultsOf, openPage } from './look.mjs';
import { openHouse, trials } from './offline.mjs';
import { languages, links, markup, noIds, pages, roles, screens } from './pages.mjs';
import { startDemo } from './server.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, 'out');
const target = resolve(here, '../..', process.env.CARGO_TARGET_DIR ?? 'target');
const only = process.argv[2] ?? '';
// A browser that hangs must not hang the whole check.
const LIMIT_SECONDS = 480;

const FLAGS = [
  '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

let passed = 0;
let failed = 0;
let asked = 0;

function report(name, faults) {
  if (faults.length === 0) passed += 1;
  else failed += 1;
  console.log(`${faults.length === 0 ? 'ok  ' : 'FAIL'} ${name}`);
  for (const fault of faults) console.log(`  ${stripVTControlCharacters(fault).trimEnd().replaceAll('\n', '\n  ')}`);
}

async function attempt(name, work) {
  try {
    report(name, (await work()) ?? []);
  } catch (why) {
    report(name, [why.message]);
  }
}

async function main() {
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  const began = Date.now();
  const demo = await startDemo(join(target, 'debug/prashikshan'), join(out, 'server.log'));
  const guard = setTimeout(() => {
    console.error(`not done within ${LIMIT_SECONDS} s`);
    demo.stop().finally(() => process.exit(1));
  }, LIMIT_SECONDS * 1_000);
  let browser;
  try {
    console.log(`demo ready after ${((Date.now() - began) / 1_000).toFixed(1)} s`);
    browser = await chromium.launch({ executablePath: chromiumPath(), args: FLAGS });
    const visitors = await signInAll(browser, demo);
    for (const [role, list] of Object.entries(pages)) {
      if (visitors[role]) await lookAtAll(visitors[role], role, list, demo.origin);
    }
    for (const journey of journeys) await walk(browser, visitors, journey, demo.origin);
    await tryOffline(demo, visitors.admin);
    await attempt('the service logged no error', () => demo.log().match(/^.*(\bERROR\b|panicked at).*$/gm) ?? []);
    if (asked === 0) report(`nothing has ${only} in its name`, ['see pages.mjs and journeys.mjs']);
  } finally {
    clearTimeout(guard);
    await browser?.close();
    await demo.stop();
  }
  console.log(`${((Date.now() - began) / 1_000).toFixed(1)} s`);
}

/** The trials of the roll call without a network, each with phones of its own. */
async function tryOffline(demo, admin) {
  const wanted = trials.filter(({ name }) => name.includes(only));
  if (!wanted.length || !admin) return;
  const { cookies: all } = await admin.context.storageState();
  const cookies = all.map((cookie) => (cookie.name === 'lang' ? { ...cookie, value: 'hi' } : cookie));
  const house = await openHouse(demo, cookies, FLAGS, chromiumPath(), out);
  try {
    for (const { name, run } of wanted) {
      asked += 1;
      const began = Date.now();
      await attempt(name, () => run(house));
      console.log(`  ${((Date.now() - began) / 1_000).toFixed(1)} s`);
    }
  } finally {
    await house.close();
  }
}

/** One browser profile for each role and one for nobody. */
async function signInAll(browser, demo) {
  const visitors = {};
  for (const role of ['nobody', ...roles]) {
    const context = await browser.newContext({ locale: 'hi-IN', timezoneId: 'Asia/Kolkata', viewport: screens[0] });
    context.setDefaultTimeout(15_000);
    const visitor = { context, ids: idsFor(context, demo) };
    if (role === 'nobody') {
      visitors.nobody = visitor;
      continue;
    }
    await attempt(`sign in: ${role}`, async () => {
      await signIn(context, demo.signIn[roles.indexOf(role)], demo.origin);
      visitors[role] = visitor;
    });
  }
  return visitors;
}

async function signIn(context, link, origin) {
  const page = await openPage(context, origin);
  // Mail programs open links before people do: seeing it twice must leave it good.
  for (let i = 0; i < 2; i += 1) {
    const response = await page.goto(link);
    if (response.status() !== 200) throw new Error(`${response.status()} for the sign-in link`);
  }
  await page.locator(markup.signInButton).first().click();
  await page.waitForURL((url) => !url.pathname.startsWith('/l/'));
  const { pathname } = new URL(page.url());
  if (pathname.startsWith('/sign-in')) throw new Error(`the link led to ${pathname}`);
  await page.close();
}

/** Finds the ids of the things of a kind that this visitor sees links to; asks once. */
function idsFor(context, demo) {
  const known = new Map();
  return (kind) => {
    const link = links[kind];
    if (!known.has(kind)) {
      known.set(kind, link.mailed ? mailedIds(demo.mail, link.mailed) : linkedIds(context, demo.origin, link));
    }
    return known.get(kind);
  };
}

/** What stands after `begins` in the demo's letters, the newest first; waits until the first comes. */
async function mailedIds(folder, begins) {
  const wanted = new RegExp(`${begins}([\\w.~-]+)`);
  for (let tries = 0; tries < 100; tries += 1) {
    const letters = (await readdir(folder).catch(() => [])).sort().reverse();
    for (const name of letters) {
      const found = plainText(await readFile(join(folder, name), 'latin1')).match(wanted);
      if (found) return [found[1]];
    }
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new NoMail(`no letter with ${begins}… in ${folder}`);
}

/** By night no letter goes: what only letters lead to is not looked at then. */
class NoMail extends Error {}

/** A message with its parts decoded as far as links are concerned. */
function plainText(message) {
  const coded = /base64\r?\n(?:[^\r\n]+\r?\n)*\r?\n([A-Za-z0-9+/=\r\n]+)/g;
  const parts = [...message.matchAll(coded)].map((m) => Buffer.from(m[1], 'base64').toString('utf8'));
  return [message.replace(/=\r?\n/g, '').replace(/=3D/g, '='), ...parts].join('\n');
}

/** In the order of the first of these pages that has any. */
async function linkedIds(context, origin, { on, begins, rest = /./, last = false }) {
  const page = await context.newPage();
  try {
    for (const path of on) {
      const response = await page.goto(origin + path);
      if (response.status() !== 200) continue;
      const hrefs = await page.locator('main a[href]').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
      const fits = hrefs.filter((h) => h.startsWith(begins) && rest.test(h.slice(begins.length)));
      const found = fits.map((h) => h.slice(begins.length).split(/[/?#]/)[0]);
      const ids = found.filter((id) => id && !noIds.includes(id) && !/\.(csv|xlsx|json|ics|pdf)$/.test(id));
      const each = [...new Set(ids)];
      if (each.length) return last ? each.reverse() : each;
    }
  } finally {
    await page.close();
  }
  throw new Error(`no link ${begins}… on ${on.join(' or ')}`);
}

async function lookAtAll(visitor, role, list, origin) {
  const page = await openPage(visitor.context, origin);
  for (const language of languages) {
    await page.goto(`${origin}${list[0].at}?lang=${language}`);
    page.troubles();
    for (const entry of list) await lookAt(page, visitor, role, entry, language, origin);
  }
  await page.close();
}

async function lookAt(page, visitor, role, { page: name, at, status = 200 }, language, origin) {
  const title = `${role}-${name}-${language}`;
  if (!title.includes(only)) return;
  asked += 1;
  let address;
  try {
    address = await filled(at, visitor.ids);
    await page.setViewportSize(screens[0]);
    const response = await page.goto(origin + address);
    if (response.status() !== status) throw new Error(`${response.status()} for ${address}`);
    const landed = new URL(page.url()).pathname;
    if (landed !== new URL(origin + address).pathname) throw new Error(`${address} led to ${landed}`);
  } catch (why) {
    page.troubles();
    if (why instanceof NoMail && isNight()) console.log(`skip ${title}: it is night where the demo is, no letter goes`);
    else report(title, [why.message]);
    return;
  }
  for (const screen of screens) {
    await attempt(`${title}-${screen.width}`, async () => {
      const faults = await faultsOf(page, language, screen);
      await page.screenshot({ path: join(out, `${title}-${screen.width}.png`), fullPage: true });
      return [...faults, ...page.troubles()];
    });
  }
}

function isNight() {
  const hour = Number(new Intl.DateTimeFormat('en', { hour: 'numeric', hourCycle: 'h23', timeZone: 'Asia/Kolkata' }).format());
  return hour >= 21 || hour < 7;
}

/** `/units/{unit}` with the first unit's code in it. */
async function filled(at, ids) {
  const kind = at.match(/\{(\w+)\}/)?.[1];
  return kind ? at.replace(`{${kind}}`, (await ids(kind))[0]) : at;
}

async function walk(browser, visitors, { name, role, scripts, walk: steps }, origin) {
  if (!name.includes(only)) return;
  asked += 1;
  await attempt(name, async () => {
    const visitor = visitors[role];
    if (!visitor) throw new Error('nobody could sign in for it');
    const stateOf = (other) => visitors[other ?? role].context.storageState();
    const stage = stageFor(browser, origin, stateOf, visitor.ids, scripts);
    try {
      await steps(stage);
    } catch (why) {
      const troubles = await stage.close();
      throw new Error([why.message, ...troubles].join('\n'));
    }
    return stage.close();
  });
}

function chromiumPath() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const find = 'command -v chromium || command -v chromium-browser || command -v google-chrome';
  return execFileSync('sh', ['-c', find], { encoding: 'utf8' }).trim();
}

try {
  await main();
} catch (why) {
  report('the run itself', [why.stack ?? String(why)]);
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
