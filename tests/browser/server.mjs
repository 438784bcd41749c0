// The demo as a visitor would start it: the built program, a fresh folder, a free port.

import { spawn } from 'node:child_process';
import { createWriteStream, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const READY_SECONDS = 60;

/** Starts the demo; gives its address, the printed sign-in links, its log so far, and `stop`. */
export async function startDemo(binary, logFile) {
  const folder = await mkdtemp(join(tmpdir(), 'prashikshan-browser-'));
  const origin = `http://127.0.0.1:${await freePort()}`;
  const args = ['demo', '--people', '400', '--seed', '7', '--listen', new URL(origin).host];
  const child = spawn(binary, args, { cwd: folder, env: plainEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
  const file = createWriteStream(logFile);
  let output = '';
  let gone = null;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += stripVTControlCharacters(text);
      file.write(text);
    });
  }
  child.on('error', (why) => (gone = why.message));
  child.on('exit', (code, signal) => (gone ??= `exit ${code ?? signal}`));

  // However this process ends, the service goes with it.
  const abandon = () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', abandon);
  const stop = async () => {
    const ended = gone ? Promise.resolve() : new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    const patience = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(patience);
    file.end();
    process.off('exit', abandon);
    await rm(folder, { recursive: true, force: true });
  };

  const until = Date.now() + READY_SECONDS * 1_000;
  while (Date.now() < until && !gone) {
    const signIn = output.match(/https?:\/\/\S+?\/l\/[^\s"'<>]+/g) ?? [];
    if (signIn.length >= 3 && (await answers(`${origin}/readyz`))) {
      return { origin, folder, mail: join(folder, 'data/demo/mail'), signIn, log: () => output, stop };
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  await stop();
  const why = gone ?? `no three sign-in links and no ready service within ${READY_SECONDS} s`;
  throw new Error(`${binary} ${args.join(' ')}: ${why}\n${output.slice(-4_000)}`);
}

/** Without the settings of a service that this machine may run. */
function plainEnvironment() {
  const ours = ([name]) => name.startsWith('PRASHIKSHAN_') || name.startsWith('DATABASE_URL');
  return { ...Object.fromEntries(Object.entries(process.env).filter((e) => !ours(e))), NO_COLOR: '1' };
}

async function answers(url) {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}

function freePort() {
  return new Promise((found, failed) => {
    const probe = createServer().once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => found(port));
    });
  });
}
