// The few ways through the product that must never break, walked as a person would.

import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { languages, markup, screens } from './pages.mjs';
import { openPage } from './look.mjs';

/** Every journey: its name, who walks it, whether scripts run, and the walk. */
export const journeys = [
  { name: 'no JavaScript: a trainer takes the whole roll', role: 'trainer', scripts: false, walk: takeRoll },
  { name: 'no JavaScript: an admin adds a person, first with a mistake', role: 'admin', scripts: false, walk: addPerson },
  { name: 'one tap saves one mark', role: 'trainer', scripts: true, walk: tapOnce },
  { name: 'the keys A and P mark and go on', role: 'trainer', scripts: true, walk: markByKey },
  { name: 'no JavaScript: move a session in four taps', role: 'admin', scripts: false, walk: moveSession },
  { name: 'no JavaScript: move a batch, cancel another', role: 'admin', scripts: false, walk: moveBatch },
  { name: 'no JavaScript: find times and make drafts', role: 'admin', scripts: false, walk: findTimes },
  { name: 'a place asked for, approved, waited for, offered, taken', role: 'admin', scripts: true, walk: throughTheQueue },
  { name: 'no JavaScript: a place asked for, approved, waited for, offered, taken', role: 'admin', scripts: false, walk: throughTheQueue },
  { name: 'no JavaScript: a letter to many stopped on its way, another sent back', role: 'admin', scripts: false, walk: stopLetters },
  { name: 'six sessions for three blocks in 14 steps', role: 'admin', scripts: true, walk: planMany },
];

async function stopLetters(stage) {
  const page = await stage.page();
  const [[paused], [waiting]] = [await stage.ids('paused'), await stage.ids('waiting')];
  await stage.goto(page, `/letters/notices/${paused}`);
  const numbers = () => page.locator('.stats a').evaluateAll((all) => all.map((a) => [new URL(a.href).searchParams.get('state'), a.innerText.match(/\d+/)[0]]));
  const before = Object.fromEntries(await numbers());
  assert.ok(before.sent > 0 && before.failed > 0 && before.planned > 0, `the way: ${JSON.stringify(before)}`);
  assert.ok(await page.locator('form[action$="/pause/end"] button').isVisible(), 'it cannot go on');
  const ended = await submit(page, page.locator('form[action$="/cancellation"]'));
  assert.equal(ended.status(), 200);
  const after = Object.fromEntries(await numbers());
  assert.deepEqual(after, { sent: before.sent, failed: before.failed, cancelled: before.planned });
  assert.equal(await page.locator('form[action*="/pause"]').count(), 0, 'it goes on after its end');

  await stage.goto(page, '/dashboard');
  await page.locator('main a[href="/letters/notices"]').click();
  await page.locator(`main a[href="/letters/notices/${waiting}/approval"]`).click();
  const form = page.locator('form[action$="/refusal"]');
  await form.locator('input[name="reason"]').fill('तारीख गलत है');
  const back = await submit(page, form);
  assert.equal(back.status(), 200);
  assert.match(await page.locator('main').innerText(), /तारीख गलत है/);
  await stage.goto(page, '/letters/notices');
  assert.equal(await page.locator('main a[href$="/approval"]').count(), 0, 'it still waits');
}

async function takeRoll(stage) {
  const page = await stage.page();
  await openRoll(page, stage);
  const people = await roll(page);
  assert.ok(people.length >= 2, `only ${people.length} people on the roll`);
  // One is absent, so that the count to look for is no other number by chance.
  for (const [i, person] of people.entries()) await tap(page, person.group, i === 0 ? 'absent' : 'present');
  const form = page.locator('form', { has: page.locator(markup.mark('present')) }).last();
  await submit(page, form);
  const words = await wordsOutsideRows(page);
  const present = people.length - 1;
  assert.match(words, new RegExp(`(^|\\D)${present}(\\D|$)`), `the page does not say that ${present} are present:\n${words}`);

  await openRoll(page, stage);
  const saved = (await roll(page)).map((person) => person.status);
  assert.deepEqual(saved, people.map((_, i) => (i === 0 ? 'absent' : 'present')));
}

async function addPerson(stage) {
  const page = await stage.page();
  const name = 'परीक्षण देवी';
  const [unit] = await stage.ids('unit');
  await stage.goto(page, '/people/new');
  const form = page.locator('form', { has: page.locator(markup.name) }).last();
  // The server's judgement is wanted here, not the browser's.
  await form.evaluate((f) => f.setAttribute('novalidate', ''));
  await page.locator(markup.name).first().fill(name);
  await fillUnit(page.locator(markup.unit).first(), unit);
  const phone = page.locator(markup.phone).first();
  await phone.fill('12345');
  const refused = await submit(page, form);
  assert.equal(refused.status(), 422);
  assert.equal(await page.locator(markup.name).first().inputValue(), name, 'the name was lost');
  assert.equal(await phone.inputValue(), '12345', 'the wrong value was lost');
  assert.equal(await phone.getAttribute('aria-invalid'), 'true', 'the field is not marked as wrong');
  const told = (await phone.getAttribute('aria-describedby')) ?? '';
  const messages = told.split(/\s+/).filter(Boolean).map((id) => page.locator(`[id="${id}"]`).innerText());
  assert.ok((await Promise.all(messages)).join('').trim(), 'no message belongs to the field');

  await phone.fill('98765 01234');
  const taken = await submit(page, form);
  assert.equal(taken.status(), 200);
  assert.match(new URL(page.url()).pathname, /^\/people\/\d+/);
  assert.ok((await page.locator('main').innerText()).includes(name), 'the new page does not name the person');
}

async function tapOnce(stage) {
  const page = await stage.page();
  await openRoll(page, stage);
  const person = (await roll(page))[1];
  const wanted = person.status === 'present' ? 'absent' : 'present';
  const sent = nextPost(page);
  await tap(page, person.group, wanted);
  const answer = await sent;
  assert.ok(answer.ok(), `${answer.status()} for POST ${answer.url()}`);
  await page.reload();
  assert.equal((await roll(page))[1].status, wanted, 'the mark is gone after a reload');
  // Without scripts nothing that the phone keeps can stand in for the server's copy.
  const plain = await stage.page({ scripts: false });
  await openRoll(plain, stage);
  assert.equal((await roll(plain))[1].status, wanted, 'the server does not know the mark');
}

async function markByKey(stage) {
  const page = await stage.page();
  await openRoll(page, stage);
  await page.waitForFunction(() => document.documentElement.dataset.roll === 'ready');
  const [first] = await roll(page);
  const keys = [['a', 'absent'], ['p', 'present']];
  // Each key must change something, or there is nothing to send.
  if (first.status === 'absent') keys.reverse();
  for (const [key, status] of keys) {
    const sent = nextPost(page);
    await radio(page, first.group, 'present').focus();
    await page.keyboard.press(key);
    assert.equal((await roll(page))[0].status, status, `${key} does not mark as ${status}`);
    assert.equal(await focusedRow(page), 1, `${key} does not go on to the next person`);
    assert.ok((await sent).ok());
  }
}

/** The hall is lost: from the session's page to "told" in four taps (link, venue, look, tell). */
async function moveSession(stage) {
  const page = await stage.page();
  let told = false;
  for (const id of await stage.ids('session')) {
    await stage.goto(page, `/sessions/${id}?lang=hi`);
    if (!(await page.locator('a[href$="/postponement"]').count())) continue;
    const halls = await hallsOf(page, stage, id);
    for (const hall of halls) {
      for (const language of languages.toReversed()) {
        await stage.goto(page, `/sessions/${id}?lang=${language}`);
        const began = Date.now();
        const tap = counter();
        await tap(page.locator('a[href$="/postponement"]').first().click());
        await page.waitForURL(/postponement$/);
        await picture(page, `move-form-${language}`);
        await tap(page.locator('[name="venue"]').selectOption(hall));
        await tap(page.locator('button[value="look"]').click());
        await page.locator('button[value="edit"]').waitFor();
        const tell = page.locator('button[value="tell"]');
        const words = (await tell.count()) ? await tell.innerText() : '';
        if (!/\d/.test(words) || (await page.locator('[name="clash_reason"]').count())) break;
        await picture(page, `move-look-${language}`);
        if (language !== 'hi') continue;
        await tap(tell.click());
        await page.waitForURL(new RegExp(`/sessions/${id}$`));
        await picture(page, 'moved-hi');
        assert.equal(tap.count, 4, `${tap.count} taps`);
        const seconds = (Date.now() - began) / 1_000;
        assert.ok(seconds <= 60, `${seconds} s`);
        console.log(`     ${tap.count} taps, ${seconds.toFixed(1)} s with the pictures: “${words.trim()}”`);
        told = true;
      }
      if (told) return;
    }
  }
  assert.fail('no session could be moved to another hall');
}

/** The values of the halls that a session could have instead of its own. */
async function hallsOf(page, stage, id) {
  await stage.goto(page, `/sessions/${id}/postponement`);
  if (!(await page.locator('button[value="look"]').count())) return [];
  return page.locator('[name="venue"] option').evaluateAll((all) =>
    all.filter((o) => o.value && !o.selected).map((o) => o.value));
}

async function moveBatch(stage) {
  const page = await stage.page();
  const movable = [];
  for (const id of await stage.ids('batch')) {
    await stage.goto(page, `/batches/${id}?lang=hi`);
    if (await page.locator('a[href$="/postponement"]').count()) movable.push(id);
    if (movable.length === 2) break;
  }
  assert.equal(movable.length, 2, 'two batches that still meet');
  for (const language of languages.toReversed()) {
    await stage.goto(page, `/batches/${movable[0]}/postponement?lang=${language}`);
    await page.locator('[name="days"]').fill('28');
    await picture(page, `batch-move-form-${language}`);
    await page.locator('button[value="look"]').click();
    await page.locator('.moves').waitFor();
    await picture(page, `batch-move-look-${language}`);
  }
  const reason = page.locator('[name="clash_reason"]');
  if (await reason.count()) await reason.fill('सबसे बात हो चुकी है');
  await page.locator('button[value="tell"]').click();
  await page.waitForURL(new RegExp(`/batches/${movable[0]}$`));
  for (const language of languages) {
    await stage.goto(page, `/batches/${movable[1]}/cancellation?lang=${language}`);
    await picture(page, `batch-cancel-${language}`);
  }
  await page.locator('[name="reason"]').fill('भवन उपलब्ध नहीं');
  await page.locator('form[action$="/cancellation"] button').click();
  await page.waitForURL(new RegExp(`/batches/${movable[1]}$`));
  await picture(page, 'batch-cancelled');
}

async function findTimes(stage) {
  const page = await stage.page();
  // A new batch has all of its sessions still to come.
  await stage.goto(page, '/batches/new?lang=hi');
  await page.locator('[name="title"]').fill('परीक्षण बैच');
  await page.locator('form[action="/batches"] button').click();
  await page.waitForURL(/\/batches\/\d+$/);
  const { pathname } = new URL(page.url());
  for (const language of languages.toReversed()) {
    await stage.goto(page, `${pathname}?lang=${language}`);
    await page.locator('a[href^="/schedules/suggestions"]').click();
    await page.waitForURL(/suggestions/);
    await picture(page, `find-ask-${language}`);
    await page.locator('button[name="find"]').click();
    await page.waitForURL(/find=yes/);
    await page.locator('.card').first().waitFor();
    for (const why of (await page.locator('summary').all()).slice(-2)) await why.click();
    await picture(page, `find-found-${language}`);
  }
  await page.locator('form[action="/schedules/suggestions"][method="post"] button').click();
  await page.waitForURL(new RegExp(`${pathname}$`));
  assert.ok(await page.locator('td.main a').count(), 'no draft was made');
}

/** From asking to sitting: what the newcomer does is counted apart from what the office does. */
async function throughTheQueue(stage) {
  const office = await stage.page();
  const own = await stage.page({ role: 'newcomer' });
  const title = `प्रतीक्षा ${Date.now()}`;
  const day = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  await stage.goto(office, '/batches/new?lang=hi');
  await office.locator('[name="title"]').fill(title);
  await office.locator('[name="seats"]').fill('1');
  await office.locator('[name="starts_on"]').fill(day);
  await submit(office, office.locator('form[action="/batches"]'));
  const batch = new URL(office.url()).pathname;
  assert.match(batch, /^\/batches\/\d+$/);
  // Somebody has the only seat.
  await stage.goto(office, `${batch}/enrolments?q=ram`);
  await submit(office, office.locator(`form[action="${batch}/enrolments"][method="post"]`).first());
  assert.equal(await office.locator('a[href$="/withdrawal"]').count(), 1, 'nobody got the seat');

  // The newcomer asks: agree, ask.
  const [mine, decides] = [counter(), counter()];
  await stage.goto(own, '/me/courses?lang=hi');
  const ask = own.locator('form[action="/me/courses"]', { has: own.locator(`[value="${batch.split('/')[2]}"]`) });
  await picture(own, 'queue-ask-hi');
  await mine(ask.locator('[name="consent"]').check());
  await mine(submit(own, ask));
  await picture(own, 'queue-asked-hi');

  // The office says yes: choose, approve. There is no seat, so the name waits.
  await stage.goto(office, '/requests?lang=hi');
  const row = office.locator('tr', { hasText: title });
  assert.equal(await row.count(), 1, 'the request is not shown');
  await decides(row.locator('[name="ids"]').check());
  await picture(office, 'queue-decide-hi');
  await decides(submit(office, office.locator('form[action="/requests"]')));
  await stage.goto(own, '/me/courses');
  const card = own.locator('section.card', { hasText: title });
  assert.match(await card.innerText(), /(^|\D)1(\D|$)/, 'the place in the queue is not told');
  await picture(own, 'queue-waits-hi');

  // The seat comes free: open, reason, withdraw. It is offered to the first who waits.
  await stage.goto(office, `${batch}/enrolments`);
  await decides(office.locator('a[href$="/withdrawal"]').first().click());
  await office.waitForURL(/withdrawal$/);
  await decides(office.locator('[name="reason"]').fill('बाहर जाना है'));
  await decides(submit(office, office.locator('form[action$="/withdrawal"]')));
  for (const language of languages) {
    await stage.goto(office, `${batch}/enrolments?lang=${language}`);
    await picture(office, `queue-list-${language}`);
  }

  // One tap takes it.
  for (const language of languages.toReversed()) {
    await stage.goto(own, `/me/courses?lang=${language}`);
    await picture(own, `queue-offered-${language}`);
  }
  await mine(submit(own, card.locator('form[action$="/seat"]')));
  assert.equal(await card.locator('form').count(), 0, 'the seat is not taken');
  await picture(own, 'queue-taken-hi');
  await stage.goto(office, `${batch}/enrolments?lang=hi`);
  assert.equal(await office.locator('td a[href$="/withdrawal"]').count(), 1, 'nobody sits');
  console.log(`     newcomer: ${mine.count} interactions, office: ${decides.count}`);
  assert.equal(mine.count, 3);
  assert.equal(decides.count, 5);
}

/** Flow C4: every tap, choice and field of the planner is one interaction. */
async function planMany(stage) {
  const page = await stage.page();
  let done = 0;
  const step = async (work) => {
    done += 1;
    await work;
  };
  await stage.goto(page, '/schedules/new');
  const course = page.locator('[name="course"]');
  const speak = await course.locator('option').evaluateAll((all) => all.map((o) => o.value).find((v) => v === 'SPEAK'));
  await step(course.selectOption(speak));
  // Blocks have halls of their own: `D03-B2`.
  const codes = await page.locator('[name="units"]').evaluateAll((all) => all.map((u) => u.value));
  const blocks = codes.filter((code) => /^D\d+-B\d+$/.test(code)).slice(0, 3);
  assert.equal(blocks.length, 3, `no three blocks among ${codes.join(' ')}`);
  for (const block of blocks) await step(page.locator(`[name="units"][value="${block}"]`).check());
  await step(page.locator('[name="first_day"]').fill(farMonday()));
  await step(page.locator('[name="starts_at"]').fill('11:00'));
  const form = page.locator('form[action="/schedules"]');
  done += 1;
  await submit(page, form);
  assert.match(new URL(page.url()).pathname, /^\/schedules\/\d+$/);
  assert.equal(await page.locator('.plan-cell').count(), 18, 'not six sessions for three blocks');

  // One session is held a day later: open, change both times, save.
  const cell = page.locator('#cell-2-1');
  done += 1;
  await Promise.all([page.waitForURL(/cells\/2-1$/), cell.locator('a').last().click()]);
  for (const name of ['starts_at', 'ends_at']) {
    const field = page.locator(`[name="${name}"]`);
    await step(field.fill(nextDay(await field.inputValue())));
  }
  done += 1;
  await submit(page, page.locator('form', { has: page.locator('[name="starts_at"]') }));
  assert.equal(await page.locator('.plan-cell').count(), 18);

  const plan = new URL(page.url()).pathname;
  done += 1;
  await Promise.all([page.waitForURL(/publication$/), page.locator(`a[href="${plan}/publication"]`).first().click()]);
  done += 1;
  await submit(page, page.locator(`form[action="${plan}/publication"]`));
  assert.ok(await page.locator('.card-ok').count(), `not published: ${await page.locator('main').innerText()}`);
  console.log(`  C4: ${done} interactions`);
  assert.ok(done <= 14, `${done} interactions`);
}

/** A Monday so far ahead that no other batch meets. */
function farMonday() {
  const day = new Date(Date.now() + 200 * 86_400_000);
  day.setUTCDate(day.getUTCDate() + ((8 - day.getUTCDay()) % 7));
  return day.toISOString().slice(0, 10);
}

function nextDay(local) {
  const [day, clock] = local.split('T');
  return `${new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)}T${clock}`;
}

// --- Steps that the journeys share. ---

/** Counts what a person taps. */
function counter() {
  const tap = async (done) => {
    tap.count += 1;
    return done;
  };
  tap.count = 0;
  return tap;
}

/** The page as it stands, on a phone and on a desk. */
async function picture(page, name) {
  const out = join(dirname(fileURLToPath(import.meta.url)), 'out');
  for (const screen of screens) {
    await page.setViewportSize(screen);
    await page.screenshot({ path: join(out, `journey-${name}-${screen.width}.png`), fullPage: true });
  }
  await page.setViewportSize(screens[0]);
}

/** What the journeys may use of one role: pages in its browser or in another role's, addresses, ids of things. */
export function stageFor(browser, origin, stateOf, ids, scripts) {
  const opened = [];
  return {
    ids,
    async page(options = {}) {
      const javaScriptEnabled = options.scripts ?? scripts;
      const context = await browser.newContext({
        storageState: await stateOf(options.role), javaScriptEnabled, locale: 'hi-IN', viewport: { width: 360, height: 740 },
      });
      context.setDefaultTimeout(10_000);
      const page = await openPage(context, origin);
      opened.push({ context, page });
      return page;
    },
    async goto(page, path) {
      const response = await page.goto(origin + path);
      assert.equal(response.status(), 200, `${response.status()} for ${path}`);
    },
    /** Ends the journey; tells what its pages complained of. */
    async close() {
      const troubles = opened.flatMap(({ page }) => page.troubles());
      for (const { context } of opened) await context.close();
      return troubles;
    },
  };
}

/** Opens the first roll that may be marked now; the same one each time. */
async function openRoll(page, stage) {
  const sessions = await stage.ids('session');
  for (const session of sessions) {
    await stage.goto(page, `/sessions/${session}/roll-call`);
    if (await page.locator(`${markup.mark('present')}:enabled`).count()) return;
  }
  assert.fail(`no roll is open among the sessions ${sessions.join(', ')}`);
}

/** The roll as the page shows it: one entry for each person, in order. */
function roll(page) {
  return page.evaluate((selector) => {
    const names = new Set([...document.querySelectorAll(selector)].map((r) => r.name));
    return [...names].map((group) => {
      const radios = [...document.querySelectorAll('input[type="radio"]')].filter((r) => r.name === group);
      return { group, status: radios.find((r) => r.checked)?.value ?? null };
    });
  }, markup.mark('present'));
}

function radio(page, group, status) {
  return page.locator(`${markup.mark(status)}[name="${group}"]`);
}

/** A tap where a thumb would land: on the label. */
async function tap(page, group, status) {
  const face = await radio(page, group, status).evaluateHandle((r) => r.labels[0] ?? r);
  await face.asElement().click();
}

/** The answer to the next POST that the page makes by itself. */
function nextPost(page) {
  // A first mark is held for ten seconds, so that it can be taken back.
  return soon(page.waitForResponse((r) => r.request().method() === 'POST', { timeout: 20_000 }));
}

/** A promise that may fail before anybody waits for it, when the step before it failed. */
function soon(promise) {
  promise.catch(() => {});
  return promise;
}

/** Presses the form's own button and waits for the page that answers. */
async function submit(page, form) {
  const inside = form.locator(markup.submit);
  const id = await form.getAttribute('id');
  const button = (await inside.count()) || !id ? inside : page.locator(`[form="${id}"]`);
  const answer = soon(page.waitForResponse((r) => {
    const redirect = r.status() >= 300 && r.status() < 400;
    return r.request().isNavigationRequest() && r.frame() === page.mainFrame() && !redirect;
  }));
  await button.last().click();
  const response = await answer;
  await page.waitForLoadState();
  return response;
}

async function fillUnit(field, unit) {
  if ((await field.evaluate((f) => f.tagName)) !== 'SELECT') return field.fill(unit);
  if (await field.inputValue()) return;
  await field.selectOption(await field.evaluate((f) => [...f.options].find((o) => o.value).value));
}

/** What the page says apart from the people's rows, whose serial numbers are numbers too. */
function wordsOutsideRows(page) {
  return page.evaluate((rows) => {
    const main = document.querySelector('main').cloneNode(true);
    for (const row of main.querySelectorAll(rows)) row.remove();
    return main.textContent.replace(/\s+/g, ' ');
  }, markup.row);
}

/** Which person's row has the focus: its place in the roll, or -1. */
function focusedRow(page) {
  const holdsFocus = (rows) => rows.findIndex((row) => row.contains(document.activeElement));
  return page.locator(markup.row).evaluateAll(holdsFocus);
}
