"""A house with letters to send, for the mail trials: its database, its nodes, its mail server."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

from postfix import free_port

HERE = Path(__file__).parent


class Ledger:
    """The database, asked by another program than the one on trial."""

    def __init__(self, url: str):
        self.url = url

    def rows(self, sql: str) -> list[tuple]:
        if self.url.startswith("sqlite://"):
            with sqlite3.connect(self.url.removeprefix("sqlite://"), timeout=30) as db:
                return db.execute(sql).fetchall()
        done = self.psql(sql, "-At", "-F", "\t")
        return [tuple(line.split("\t")) for line in done.splitlines() if line]

    def do(self, *statements: str) -> None:
        if self.url.startswith("sqlite://"):
            db = sqlite3.connect(self.url.removeprefix("sqlite://"), timeout=30, isolation_level=None)
            db.execute("begin immediate")
            for statement in statements:
                db.execute(statement)
            db.execute("commit")
            db.close()
        else:
            self.psql("begin;\n" + ";\n".join(statements) + ";\ncommit;")

    def psql(self, sql: str, *options: str) -> str:
        command = ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", *options, self.url]
        done = subprocess.run(command, input=sql, text=True, capture_output=True)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout


class House:
    """A database of invented people, each with an address of her own, none told of anything yet."""

    def __init__(self, binary: str, server: str | None, people: int, seed: int):
        self.binary = binary
        self.folder = Path(tempfile.mkdtemp(prefix="prashikshan-trial-"))
        self.server = server
        self.running: list[subprocess.Popen] = []
        if server:
            self.name = f"trial_{uuid.uuid4().hex[:16]}"
            Ledger(server).psql(f"create database {self.name}")
            url = server.rsplit("/", 1)[0] + "/" + self.name
        else:
            url = f"sqlite://{self.folder}/house.db"
        self.ledger = Ledger(url)
        self.env = {
            "PATH": os.environ.get("PATH", ""),
            "DATABASE_URL": url,
            "PRASHIKSHAN_SECRET_KEY": "a secret of the mail trials, long enough",
            "PRASHIKSHAN_MAIL_DIR": str(self.folder / "mail"),
            "PRASHIKSHAN_MAIL_FROM": "Training <training@trial.example>",
            "PRASHIKSHAN_TICK_SECONDS": "1",
            "RUST_BACKTRACE": "0",
        }
        self.run("demo", "load", "--people", str(people), "--seed", str(seed))
        self.people = [r[0] for r in self.ledger.rows("select id from people order by id")]
        rows = ", ".join(
            f"({int(p) + 1}, {p}, 0, 'p{p}@trial.example', 'p{p}@trial.example')" for p in self.people
        )
        self.ledger.do(
            "delete from letter_bodies",
            "delete from letters",
            "delete from plan_requests",
            "delete from emails",
            f"insert into emails (id, person_id, position, address, folded) values {rows}",
        )
        # Batches that go on, so that a seat on them is worth a letter.
        now = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
        self.batches = [
            r[0]
            for r in self.ledger.rows(
                "select distinct b.id from batches b join sessions s on s.batch_id = b.id where b.state = 'open' "
                f"and s.state = 'published' and s.starts_at > '{now}' order by b.id"
            )
        ]
        taken = self.ledger.rows("select batch_id, person_id from enrolments")
        self.taken = {(str(b), str(p)) for b, p in taken}
        self.next_id = 8_000_000_000_000_000_000

    def run(self, *words: str, **more: str) -> str:
        done = subprocess.run(
            [self.binary, *words], env={**self.env, **more}, cwd=self.folder, text=True,
            capture_output=True,
        )
        if done.returncode:
            raise RuntimeError(f"{words}: {done.stderr or done.stdout}")
        return done.stdout

    def seat(self, count: int) -> int:
        """Gives seats, as an office does, and asks for letters; gives how many found one."""
        now = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
        rows, asked = [], set()
        for batch in self.batches:
            for person in self.people:
                if len(rows) == count:
                    break
                if (str(batch), str(person)) in self.taken:
                    continue
                self.taken.add((str(batch), str(person)))
                self.next_id += 1
                rows.append(
                    f"({self.next_id}, {batch}, {person}, 'seat', '{now}', 1, '{now}', '{now}')"
                )
                asked.add(batch)
        if rows:
            self.ledger.do(
                *[f"update batches set seats = 10000 where id = {b}" for b in asked],
                "insert into enrolments (id, batch_id, person_id, place, queued_at, round, created_at, "
                f"updated_at) values {', '.join(rows)}",
                *self.asking(asked, now),
            )
        return len(rows)

    def asking(self, batches, now: str) -> list[str]:
        return [
            f"insert into plan_requests (batch_id, asked_at) values ({b}, '{now}') "
            "on conflict (batch_id) do update set asked_at = excluded.asked_at"
            for b in batches
        ]

    def ask_again(self) -> None:
        """A cause that changes nothing: every batch's letters are compared once more."""
        now = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
        self.ledger.do(*self.asking(self.batches, now))

    def hurry(self) -> None:
        """Night letters wait for the morning; a trial does not."""
        now = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
        self.ledger.do(
            f"update letters set due_at = '{now}', next_try_at = '{now}' where state = 'planned' "
            f"and kind = 'confirmation' and attempts = 0 and next_try_at > '{now}'"
        )

    def node(self, smtp: int, log: str, **more: str) -> subprocess.Popen:
        port = free_port()
        env = {
            **self.env,
            "PRASHIKSHAN_SMTP_URL": f"smtp://127.0.0.1:{smtp}?tls=none",
            "PRASHIKSHAN_LISTEN": f"127.0.0.1:{port}",
            **more,
        }
        node = subprocess.Popen(
            [self.binary, "serve"], env=env, cwd=self.folder, stdout=subprocess.DEVNULL,
            stderr=open(self.folder / log, "a", encoding="utf-8"),
        )
        node.port = port
        self.running.append(node)
        return node

    def worker(self, smtp: int, log: str, **more: str) -> subprocess.Popen:
        """One turn beside the service, as cron would run it."""
        env = {**self.env, "PRASHIKSHAN_SMTP_URL": f"smtp://127.0.0.1:{smtp}?tls=none", **more}
        worker = subprocess.Popen(
            [self.binary, "remind", "run"], env=env, cwd=self.folder, stdout=subprocess.DEVNULL,
            stderr=open(self.folder / log, "a", encoding="utf-8"),
        )
        self.running.append(worker)
        return worker

    def sink(self, name: str, *options: str) -> tuple[int, Path]:
        """A recording mail server in a process of its own: its port and its record."""
        log, ready = self.folder / f"{name}.jsonl", self.folder / f"{name}.port"
        log.touch()
        command = [sys.executable, str(HERE / "mail_sink.py"), "--log", str(log)]
        process = subprocess.Popen([*command, "--port-file", str(ready), *options])
        self.running.append(process)
        for _ in range(200):
            if ready.exists():
                return int(ready.read_text(encoding="ascii")), log
            time.sleep(0.05)
        raise RuntimeError("the mail server did not start")

    def states(self) -> dict[str, int]:
        rows = self.ledger.rows("select state, count(*) from letters where kind = 'confirmation' group by state")
        return {state: int(n) for state, n in rows}

    def close(self) -> None:
        for process in self.running:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
                process.wait()
        if self.server:
            Ledger(self.server).psql(f"drop database {self.name} with (force)")
        shutil.rmtree(self.folder, ignore_errors=True)


def record(log: Path) -> list[dict]:
    """What the mail server took; a line that is being written is not there yet."""
    text = log.read_text(encoding="utf-8")
    return [json.loads(line) for line in text.split("\n")[:-1]]
