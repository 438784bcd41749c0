// Badges, hall codes and helpers: real pictures before the shipped scanner, and what phones keep and forget.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { face, found, prepared, ready, shot, state, tally } from './offline.mjs';
import { openPage } from './look.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const words = Object.fromEntries(
  ['badges', 'check_in', 'attendance'].flatMap((file) => [...readFileSync(join(root, `locales/hi/${file}.ftl`), 'utf8').matchAll(/^([a-z-]+) = (.*)$/gm)].map((m) => [m[1], m[2]])),
);
const WIDE = 640;
const HIGH = 480;

/** What another program reads in a picture. */
function read(picture) {
  return execFileSync('zbarimg', ['--quiet', '--raw', picture], { encoding: 'utf8' }).trim();
}

/** Photographs the code on a page as it stands there. */
async function photograph(house, page, name) {
  const path = join(house.out, `code-${name}.png`);
  await page.locator('svg.qr').first().screenshot({ path });
  return path;
}

/** A film of one picture, in the plainest of formats: only its brightness. */
async function film(page, picture, path) {
  const source = `data:image/png;base64,${readFileSync(picture).toString('base64')}`;
  const luminance = await page.evaluate(async ([url, wide, high]) => {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: wide, height: high });
    const pen = canvas.getContext('2d');
    pen.fillStyle = '#fff';
    pen.fillRect(0, 0, wide, high);
    const side = high * 0.85;
    pen.drawImage(image, (wide - side) / 2, (high - side) / 2, side, side);
    const { data } = pen.getImageData(0, 0, wide, high);
    let out = '';
    for (let i = 0; i < data.length; i += 4) out += String.fromCharCode(Math.round(0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2]));
    return btoa(out);
  }, [source, WIDE, HIGH]);
  const grey = Buffer.alloc((WIDE * HIGH) / 2, 128);
  const frame = Buffer.concat([Buffer.from('FRAME\n'), Buffer.from(luminance, 'base64'), grey]);
  writeFileSync(path, Buffer.concat([Buffer.from(`YUV4MPEG2 W${WIDE} H${HIGH} F10:1 Ip A1:1 C420\n`), ...Array.from({ length: 10 }, () => frame)]));
  return path;
}

/** Draws a text that nobody printed: a forged badge. */
async function draw(house, page, text, name) {
  await page.addScriptTag({ content: readFileSync(join(root, 'static/uqr.js'), 'utf8') });
  await page.evaluate((what) => {
    const { size, data } = globalThis.uqr.encode(what, { ecc: 'M', border: 4 });
    let path = '';
    data.forEach((row, y) => row.forEach((dark, x) => (path += dark ? `M${x} ${y}h1v1h-1z` : '')));
    document.body.innerHTML = `<svg class="qr" viewBox="0 0 ${size} ${size}" width="400" height="400"><path d="${path}"/></svg>`;
  }, text);
  return photograph(house, page, name);
}

/** A phone whose camera sees a film, in the hall without a network from before the page is opened. */
async function look(house, hall, path) {
  const camera = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${path}`];
  const phone = await house.phone({ args: camera });
  await prepared(phone, hall);
  await phone.context.setOffline(true);
  await phone.page.goto(`${house.origin}/sessions/${hall.id}/scanner`);
  await phone.page.waitForFunction(() => document.documentElement.dataset.scanner === 'ready');
  await phone.page.locator('[data-camera]').click();
  await phone.page.waitForFunction(() => document.querySelector('[data-result]').textContent.length > 0, null, { timeout: 20_000 });
  return { phone, said: await phone.page.locator('[data-result]').textContent() };
}

/** The scanner of the service before a camera that films what the service drew. */
export async function scanner(house) {
  const hall = await house.hall();
  const { items } = await house.call('GET', '/api/v1/people?limit=200');
  const stranger = items.find((p) => !house.people.ids.includes(p.id)).id;
  const { page: desk } = await house.phone();
  // Films are made on an empty page, which has no policy.
  const { page: studio } = await house.phone();
  const badgeOf = async (person, name) => {
    await desk.goto(`${house.origin}/people/${person}/badge`);
    return photograph(house, desk, name);
  };
  const good = await badgeOf(house.people.ids[1], 'badge');
  const foreign = await badgeOf(stranger, 'badge-foreign');
  const lost = await badgeOf(house.people.ids[2], 'badge-lost');
  assert.match(read(good), /^PB1\.[\w-]{6}\.\d+\.\d+\.[\w-]{86}$/, 'another program reads the badge');
  await desk.locator('main details summary').click();
  await desk.locator('form [name=reason]').fill('बस में छूट गया');
  await desk.locator('form button.button-danger').click();
  const renewed = await photograph(house, desk, 'badge-new');
  assert.notEqual(read(renewed), read(lost));
  await desk.goto(`${house.origin}/sessions/${hall.id}/check-in`);
  await desk.locator('[data-typed]').filter({ hasText: /\d{3} \d{3}/ }).waitFor();
  const code = await photograph(house, desk, 'hall');
  assert.match(read(code), new RegExp(`/check-in/${hall.id}\\.\\d+\\.[\\w-]{16}$`), 'another program reads the hall code');
  const forged = await draw(house, studio, `${read(foreign).slice(0, -8)}AAAAAAAA`, 'badge-forged');

  const roster = await house.roster(hall);
  const name = (person) => roster.find((r) => r.person === person).name;
  for (const [picture, wanted, marks] of [
    [good, `${name(house.people.ids[1])}: ${words['status-present'] ?? 'उपस्थित'}`, house.people.ids[1]],
    [renewed, `${name(house.people.ids[2])}: ${words['status-present'] ?? 'उपस्थित'}`, house.people.ids[2]],
    [lost, words['error-badge-revoked']],
    [foreign, words['error-badge-not-listed']],
    [forged, words['error-badge-unknown']],
    [code, words['scanner-hall-code']],
  ]) {
    const path = picture.replace('.png', '.y4m');
    const { phone, said } = await look(house, hall, await film(studio, picture, path));
    assert.equal(said, wanted, picture);
    if (marks) {
      await state(phone.page, 'kept');
      await shot(house, phone.page, 'scanner');
      await phone.context.setOffline(false);
      await phone.page.evaluate(() => phone.send(true));
      await state(phone.page, 'sent');
      const { mark } = (await house.roster(hall)).find((r) => r.person === marks);
      assert.equal(mark.status, 'present');
    } else assert.equal(await phone.page.evaluate(() => phone.queue().then((q) => q.length)), 0);
    phone.page.troubles();
    await phone.context.close();
  }
  desk.troubles();
}

/** Forty cards on five sheets of A4, each code read by another program. */
export async function cards(house) {
  const hall = await house.hall();
  const { page } = await house.phone();
  await page.goto(`${house.origin}/batches/${hall.batch}/badges`);
  const path = join(house.out, 'badge-cards.pdf');
  await page.pdf({ path, format: 'A4', preferCSSPageSize: true });
  // As fine as an office printer: at 150 dots an inch zbar missed 6 of 320 drawn codes, at 300 none.
  execFileSync('pdftoppm', ['-r', '300', '-png', path, join(house.out, 'badge-cards')]);
  const sheets = readdirSync(house.out).filter((n) => /^badge-cards-\d+\.png$/.test(n)).sort();
  const texts = sheets.map((n) => read(join(house.out, n)).split('\n'));
  assert.deepEqual(texts.map((t) => t.length), [8, 8, 8, 8, 8]);
  const people = new Set(texts.flat().map((t) => t.split('.')[2]));
  assert.deepEqual([...people].sort(), [...house.people.ids].sort());
  page.troubles();
}

/** One's badge and the hall's code, opened without a network; after signing out nothing of it is there. */
export async function kept(house) {
  const hall = await house.hall();
  const phone = await house.phone();
  const { page, context } = phone;
  await prepared(phone, hall);
  await page.goto(`${house.origin}/me/badge`);
  await page.waitForFunction(() => phone.badge().then(Boolean));
  const typed = await page.locator('[data-typed]').innerText();
  const name = await page.locator('[data-name]').innerText();
  await context.setOffline(true);
  await page.goto(`${house.origin}/me/badge`);
  await page.waitForFunction(() => document.querySelector('[data-typed]').textContent.length > 0);
  assert.equal(await page.locator('[data-typed]').innerText(), typed);
  assert.match(read(await photograph(house, page, 'badge-offline')), /^PB1\./);
  await shot(house, page, 'badge');
  await page.goto(`${house.origin}/sessions/${hall.id}/check-in`);
  await page.locator('[data-typed]').filter({ hasText: /\d{3} \d{3}/ }).waitFor();
  const code = read(await photograph(house, page, 'hall-offline'));
  await shot(house, page, 'hall');
  await context.setOffline(false);
  const answer = await page.request.get(house.origin + new URL(code).pathname);
  assert.equal(answer.status(), 200, 'the code that the phone made alone is good');
  // Signing out takes everything.
  await page.goto(`${house.origin}/today`);
  await page.locator('form[action="/sign-out"] button').click();
  await page.waitForURL(/\/(sign-in)?$/);
  const left = await page.evaluate(async () => [(await indexedDB.databases()).length, (await caches.keys()).length, localStorage.length]);
  assert.deepEqual(left, [0, 0, 0], 'something is kept after signing out');
  page.troubles();
  await context.close();
  for (const secret of [name, typed, 'Zqxcanary']) assert.deepEqual(found(phone.folder, secret), [], `${secret} stands open in the profile after signing out`);
}

/** Somebody without an account helps by a link, also without a network; what he kept goes with his pass. */
export async function helper(house) {
  const hall = await house.hall();
  const { page: desk } = await house.phone();
  await desk.goto(`${house.origin}/sessions/${hall.id}/helpers`);
  await desk.locator('main form [name=name]').fill('सहायक राम');
  await desk.locator('main form button.button').last().click();
  const link = await desk.locator('a[href*="/helper/"]').getAttribute('href');
  const phone = await house.phone({ nobody: true });
  const { page, context } = phone;
  await page.goto(house.origin + new URL(link).pathname);
  await page.locator('main form button').click();
  await page.waitForURL(/roll-call$/);
  await ready(page);
  await page.waitForFunction(() => navigator.serviceWorker.ready.then(() => true));
  await page.waitForFunction((id) => phone.roster(id).then(Boolean), hall.id);
  await page.close();
  await context.setOffline(true);
  const again = await openPage(context, house.origin);
  await again.goto(hall.roll);
  await ready(again);
  await face(again, 0, 'present').click();
  await face(again, 1, 'absent').click();
  await state(again, 'kept');
  await context.setOffline(false);
  await again.evaluate(() => phone.send(true));
  await state(again, 'sent');
  assert.deepEqual(tally(await house.roster(hall)), { present: 1, absent: 1, unmarked: 38 });
  // The trainer ends the pass while the helper has no network.
  await context.setOffline(true);
  await face(again, 2, 'present').click();
  await state(again, 'kept');
  await desk.reload();
  await desk.locator('button.button-danger').click();
  await context.setOffline(false);
  await again.evaluate(() => phone.send(true));
  await again.locator('[data-when="rejected"]').waitFor();
  assert.equal(await again.evaluate((id) => phone.roster(id), hall.id), null, 'names stay after the pass has ended');
  assert.equal(tally(await house.roster(hall)).present, 1);
  await again.locator('[data-when="rejected"] a').click();
  await again.locator('[data-unsent] li', { hasText: words['attendance-rejected-pass-ended'] }).waitFor();
  await shot(house, again, 'refused-marks');
  await context.close();
  assert.deepEqual(found(phone.folder, 'Zqxcanary'), []);
  desk.troubles();
}
