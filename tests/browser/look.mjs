// Looks at one open page as a careful visitor with a strict browser would.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * A page that remembers what went wrong while it was used: policy violations, script errors, parts
 * that did not load, requests to foreign hosts. `page.troubles()` tells them and forgets them.
 */
export async function openPage(context, origin) {
  const page = await context.newPage();
  let troubles = [];
  const say = (what) => troubles.includes(what) || troubles.push(what);
  await page.exposeFunction('reportViolation', say);
  await page.addInitScript(() =>
    document.addEventListener('securitypolicyviolation', (e) =>
      window.reportViolation(`policy: ${e.violatedDirective} forbids ${e.blockedURI} (${e.sourceFile}:${e.lineNumber})`),
    ),
  );
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^(https?|wss?):$/.test(url.protocol) && url.host !== new URL(origin).host) {
      say(`foreign host: ${url.href}`);
    }
  });
  page.on('response', (response) => {
    if (response.status() >= 400 && response.request().resourceType() !== 'document') {
      say(`${response.status()} for ${response.request().method()} ${response.url()}`);
    }
  });
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? '';
    // A page left before its last request ended is no fault of the page.
    if (why !== 'net::ERR_ABORTED') say(`${request.url()}: ${why}`);
  });
  page.on('pageerror', (error) => say(`script error: ${error.message}`));
  page.on('console', (message) => {
    if (/content security policy/i.test(message.text())) say(`policy: ${message.text()}`);
  });
  page.troubles = () => {
    const told = troubles;
    troubles = [];
    return told;
  };
  return page;
}

/** Everything about the open page at its present size that no page may have; a list of sentences. */
export async function faultsOf(page, language, screen) {
  await page.setViewportSize(screen);
  await page.evaluate(() => document.fonts.ready.then(() => true));
  return [
    ...(await page.evaluate(wrongLanguage, language)),
    ...(await page.evaluate(sidewaysScroll)),
    ...(await axe(page)),
  ];
}

async function axe(page) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
  const violations = await page.evaluate(async (tags) => {
    const found = await window.axe.run(document, {
      runOnly: { type: 'tag', values: tags },
      resultTypes: ['violations'],
    });
    return found.violations;
  }, TAGS);
  return violations.map(({ id, help, nodes }) => {
    const where = nodes.slice(0, 3).map((n) => `    ${n.target.join(' ')}  ${n.html.slice(0, 160)}`);
    return [`axe ${id}: ${help} (${nodes.length})`, ...where].join('\n');
  });
}

function wrongLanguage(wanted) {
  const found = document.documentElement.lang;
  return found === wanted ? [] : [`<html lang="${found}"> where ${wanted} was asked for`];
}

/** The page itself may not scroll sideways; a box inside it may. */
function sidewaysScroll() {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const inBox = (e) => {
    for (let up = e.parentElement; up && up !== document.body; up = up.parentElement) {
      if (getComputedStyle(up).overflowX !== 'visible') return true;
    }
    return false;
  };
  const wide = [...document.body.querySelectorAll('*')]
    .filter((e) => e.getBoundingClientRect().right > clientWidth + 0.5 && !inBox(e))
    .slice(0, 3)
    .map((e) => `    ${e.outerHTML.slice(0, 160)}`);
  return [[`scrolls sideways: ${scrollWidth} px in ${clientWidth} px`, ...wide].join('\n')];
}
