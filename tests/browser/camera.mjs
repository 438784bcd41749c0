// The shipped scanner before a fake camera that films real QR codes, under the policy that is shipped.

import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const shipped = (path) => readFileSync(join(root, path), 'utf8');
const POLICY = shipped('src/kit/web.rs').match(/const CSP: &str = "([^"]+)"/)[1].replace(/\\\s+/g, '');
const PERSON = '904588060262443812';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');

/** A badge as the service signs it. */
function badge(person, number) {
  const head = `PB1.abc123.${person}.${number}`;
  return `${head}.${sign(null, Buffer.from(head), privateKey).toString('base64url')}`;
}

const knownBy = (text) => createHash('sha256').update(text).digest('hex').slice(0, 32);

const names = {
  people: [{ person: PERSON, name: 'Asha Devi', unit: 'River', serial: 1, badge: knownBy(badge(PERSON, 2)), typed: '12345678' }],
  revoked: [knownBy(badge(PERSON, 1))],
  key: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64url'),
};

/** What a camera may see, and what the scanner must say to it. */
const films = {
  'the hall code': ['https://training.example.org/check-in/904588060262443812.59853776.s3xnIDuN5pYCC5fg', 'scanner-hall-code'],
  'a good badge': [badge(PERSON, 2), null],
  'a lost badge': [badge(PERSON, 1), 'error-badge-revoked'],
  'a badge of somebody who is not on the list': [badge('5', 1), 'error-badge-not-listed'],
  'a forged badge': [`${badge('5', 1).slice(0, -4)}AAAA`, 'error-badge-unknown'],
};

const words = Object.fromEntries(
  ['badges', 'attendance'].flatMap((file) => [...shipped(`locales/en/${file}.ftl`).matchAll(/^([a-z-]+) = (.*)$/gm)].map((m) => [m[1], m[2]])),
);

/** The scanner's part of its page, with its words. */
function page() {
  const template = shipped('templates/attendance/scanner.html');
  const section = template.slice(template.indexOf('<section'), template.indexOf('</section>') + 10);
  const said = section
    .replace('{{ id }}', '7')
    .replace('{{ frame.token }}', 'token')
    .replace(/\{\{ t\(key="([\w-]+)".*?\) \}\}/g, (_, key) => words[key].replace(/\{ \$(\w+) \}/g, '{$1}'));
  return `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Scanner</title><script src="/static/scanner.js" defer></script>
    <main>${said}<form data-manual method="post"><input name="code"></form></main></html>`;
}

/** Films a text as a QR code; the file is a film of one picture. */
async function film(browser, text, file) {
  const stage = await browser.newPage({ viewport: { width: 640, height: 480 } });
  await stage.setContent('<body></body>');
  await stage.addScriptTag({ content: shipped('static/uqr.js') });
  await stage.evaluate((what) => {
    const { size, data } = globalThis.uqr.encode(what, { ecc: 'M', border: 4 });
    let path = '';
    data.forEach((row, y) => row.forEach((dark, x) => (path += dark ? `M${x} ${y}h1v1h-1z` : '')));
    document.body.innerHTML = `<svg viewBox="0 0 ${size} ${size}" width="400" height="400" style="margin:32px 112px"><path d="${path}"/></svg>`;
  }, text);
  const picture = await stage.screenshot({ type: 'jpeg', quality: 85 });
  writeFileSync(file, Buffer.concat(Array.from({ length: 8 }, () => picture)));
  await stage.close();
}

/** Opens the scanner where the first sending of marks fails; gives what it says and what it sent. */
async function scan(browser) {
  const context = await browser.newContext({ permissions: ['camera'] });
  const tab = await context.newPage();
  const posts = [];
  const faults = [];
  tab.on('pageerror', (error) => faults.push(error.message));
  tab.on('console', (message) => /security policy/i.test(message.text()) && faults.push(message.text()));
  await tab.route('**/*', (route) => {
    const { pathname } = new URL(route.request().url());
    const headers = { 'content-security-policy': POLICY };
    if (pathname === '/sessions/7/scanner') return route.fulfill({ contentType: 'text/html', headers, body: page() });
    if (pathname === '/sessions/7/scanner/names') return route.fulfill({ headers, json: names });
    if (pathname.startsWith('/static/')) return route.fulfill({ contentType: 'text/javascript', headers, body: shipped(pathname.slice(1)) });
    if (!pathname.endsWith('/marks')) return route.fulfill({ status: 404, body: '' });
    posts.push(route.request().postDataJSON());
    return posts.length === 1 ? route.abort() : route.fulfill({ headers, json: posts.at(-1).map(({ id }) => ({ id, result: 'created' })) });
  });
  await tab.goto('http://localhost/sessions/7/scanner');
  await tab.waitForFunction(() => /\d+ names/.test(document.querySelector('[data-names]').textContent));
  await tab.locator('[data-camera]').click();
  await tab.waitForFunction(() => document.querySelector('[data-result]').textContent.length > 0, null, { timeout: 15_000 });
  const said = await tab.locator('[data-result]').textContent();
  return { tab, said, posts, faults };
}

/** Everything a camera may see in a hall: known, refused with the reason, marked once. */
export async function cameras(chromium, launch, out) {
  const plain = await chromium.launch(launch);
  for (const [name, [text, key]] of Object.entries(films)) {
    const file = join(out, `${name.replaceAll(' ', '-')}.mjpeg`);
    await film(plain, text, file);
    const camera = ['--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${file}`];
    const browser = await chromium.launch({ ...launch, args: [...launch.args, ...camera] });
    try {
      const { tab, said, posts, faults } = await scan(browser);
      assert.deepEqual(faults, [], name);
      assert.equal(said, key ? words[key] : `Asha Devi: ${words['scanner-here']}`, name);
      if (key) continue;
      // The first sending failed: the mark is kept, and sent again under the same id.
      await tab.evaluate(() => dispatchEvent(new Event('online')));
      await tab.waitForFunction(() => localStorage.getItem('scans-7') === '[]');
      assert.equal(posts.length, 2);
      assert.equal(posts[0][0].id, posts[1][0].id);
      assert.equal(posts[0][0].person, PERSON);
    } finally {
      await browser.close();
    }
  }
  await plain.close();
}
