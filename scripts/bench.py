"""The measuring half of scripts/bench: starts the built programs, asks them, prints one table."""

import argparse
import atexit
import csv
import http.client
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from mail_house import Ledger  # noqa: E402
from postfix import PROGRAM, Postfix, free_port  # noqa: E402

ADMIN = "admin@demo.example.org"
TRAINER = "trainer@demo.example.org"
NEWCOMER = "newcomer@demo.example.org"

started = []


def end_all():
    """Ends what this run started, each by its own id."""
    for process in reversed(started):
        if process.poll() is None:
            process.terminate()
    for process in reversed(started):
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def start(command, env=None, **more):
    process = subprocess.Popen(command, env=env, **more)
    started.append(process)
    return process


def end(process):
    process.terminate()
    process.wait(30)
    started.remove(process)


def wait_for(port, path=None, seconds=20):
    """Seconds until the port answers (an HTTP path with 200, or just a connection)."""
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        try:
            if path is None:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return time.perf_counter() - began
            if ask(port, path)[0] == 200:
                return time.perf_counter() - began
        except OSError:
            pass
        time.sleep(0.002)
    sys.exit(f"bench: nothing answers on port {port}")


def ask(port, path, method="GET", headers=None, body=None):
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        line.request(method, path, body, headers or {})
        answer = line.getresponse()
        return answer.status, answer.read(), answer.headers
    finally:
        line.close()


class House:
    """One database with the service on it: a file, or one of its own on a PostgreSQL server."""

    def __init__(self, programs, folder, people, server=None):
        self.program = str(programs / "prashikshan")
        self.people = people
        self.folder = folder / str(people)
        self.folder.mkdir(mode=0o700)
        self.file = self.folder / "bench.db"
        self.server, self.name = server, f"bench_{os.getpid()}"
        if server:
            Ledger(server).psql(f"create database {self.name}")
            atexit.register(self.drop, self.name)
            self.url = f"{server.rsplit('/', 1)[0]}/{self.name}"
        else:
            self.url = f"sqlite://{self.file}"
        self.ledger = Ledger(self.url)
        self.port = free_port()
        self.env = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": self.url,
            "PRASHIKSHAN_LISTEN": f"127.0.0.1:{self.port}",
            "PRASHIKSHAN_MAIL_DIR": str(self.folder / "mail"),
            "PRASHIKSHAN_LOG": "warn",
            # A turn of the ticker would only disturb the measurement.
            "PRASHIKSHAN_TICK_SECONDS": "3600",
        }
        self.service = None

    def run(self, *command, env=None, may=(0,)):
        done = subprocess.run([self.program, *command], env={**self.env, **(env or {})},
                              stdout=subprocess.PIPE, text=True, timeout=900)
        if done.returncode not in may:
            sys.exit(f"bench: prashikshan {' '.join(command)} ended with {done.returncode}")
        return done.stdout

    def load(self):
        began = time.perf_counter()
        self.run("demo", "load", "--people", str(self.people), "--seed", "1")
        took = time.perf_counter() - began
        # Planning and sending is measured by itself, later: until then the ticker finds no request.
        self.ledger.do("create table asked as select * from plan_requests", "delete from plan_requests")
        return took

    def serve(self):
        self.service = start([self.program, "serve"], env=self.env)
        return wait_for(self.port, "/healthz")

    def close(self):
        end(self.service)

    def resident(self):
        text = Path(f"/proc/{self.service.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", text)[1]) / 1024

    def rows(self, question):
        return self.ledger.rows(question)

    def number(self, question):
        return int(self.rows(question)[0][0])

    def keep(self):
        """Lays a copy of the database by."""
        if self.server:
            Ledger(self.server).psql(f"create database {self.name}_kept template {self.name}")
            atexit.register(self.drop, f"{self.name}_kept")
        else:
            with sqlite3.connect(self.file) as db, sqlite3.connect(self.folder / "kept.db") as copy:
                db.backup(copy)

    def restore(self):
        """The database as it was kept."""
        if self.server:
            self.drop(self.name)
            Ledger(self.server).psql(f"create database {self.name} template {self.name}_kept")
        else:
            with sqlite3.connect(self.folder / "kept.db") as copy, sqlite3.connect(self.file) as db:
                copy.backup(db)

    def drop(self, name):
        Ledger(self.server).psql(f"drop database if exists {name} with (force)")

    def visit(self, email):
        """Signs in as a browser would; gives the cookies."""
        link = re.search(r"/l/\S+", self.run("link", "create", "--email", email))[0]
        status, page, headers = ask(self.port, link)
        token = re.search(rb'name="_token" value="([^"]*)"', page)[1].decode()
        kept = cookies(headers)
        form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": kept}
        status, _, headers = ask(self.port, link, "POST", form, urlencode({"_token": token}))
        if status != 303:
            sys.exit(f"bench: signing in as {email} answered {status}")
        return f"{cookies(headers)}; lang=hi"

    def token(self, email):
        return self.run("token", "create", "--email", email, "--name", "bench").split()[-1]


def cookies(headers):
    return "; ".join(c.split(";")[0] for c in headers.get_all("Set-Cookie") or [])


@dataclass
class Figure:
    rate: float
    p50: float  # ms
    p99: float  # ms


DONE = """
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    e.status + e.connect + e.read + e.write + e.timeout))
end
"""

MARKS = """
local rolls, statuses, n = ROLLS, {"present", "late", "present", "absent", "excused"}, 0
math.randomseed(os.time())
local run = math.random(0, 0xffff)
request = function()
  n = n + 1
  local roll, marks, now = rolls[n % #rolls + 1], {}, os.time()
  for i, person in ipairs(roll.people) do
    marks[i] = string.format(
      '{"id":"%08x-%04x-7%03x-8%03x-%012x","person":"%s","status":"%s","at":"%s.%06dZ"}',
      now, run, n % 0x1000, run % 0x1000, n * 64 + i, person, statuses[(n + i) % 5 + 1],
      os.date("!%Y-%m-%dT%H:%M:%S", now - 1), n % 1000000)
  end
  return wrk.format("POST", "/api/v1/sessions/" .. roll.session .. "/marks", nil,
    "[" .. table.concat(marks, ",") .. "]")
end
"""


class Meter:
    def __init__(self, folder, runs, seconds):
        self.folder, self.runs, self.seconds = folder, runs, seconds
        self.scripts = 0

    def measure(self, port, path, headers, lua="", check=True):
        """The median of some short runs; before them one to warm up."""
        if check:
            status, body, _ = ask(port, path, headers=headers)
            if status != 200:
                sys.exit(f"bench: GET {path} answered {status}: {body[:300]!r}")
        self.scripts += 1
        script = self.folder / f"{self.scripts}.lua"
        lines = [f"wrk.headers[{json.dumps(k)}] = {json.dumps(v)}" for k, v in headers.items()]
        script.write_text("\n".join(lines) + lua + DONE)
        self.wrk(port, path, script, 1)
        return median([self.wrk(port, path, script, self.seconds) for _ in range(self.runs)])

    def wrk(self, port, path, script, seconds):
        command = ["wrk", "-t1", "-c8", f"-d{seconds}s", "--timeout", "30s", "-s", str(script),
                   f"http://127.0.0.1:{port}{path}"]
        said = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=seconds + 60)
        result = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+)", said.stdout)
        if not result:
            sys.exit(f"bench: wrk on {path} said {said.stdout}")
        requests, took, p50, p99, errors = map(int, result.groups())
        if errors:
            sys.exit(f"bench: {errors} of {requests} answers on {path} were no good")
        return Figure(requests * 1e6 / took, p50 / 1000, p99 / 1000)


def median(figures):
    middle = [statistics.median(f) for f in zip(*((f.rate, f.p50, f.p99) for f in figures))]
    return Figure(*middle)


class Report:
    def __init__(self):
        self.missed = 0

    def head(self, text):
        print(f"\n{text}", flush=True)

    def figure(self, name, figure, note=""):
        print(f"  {name:42} {figure.rate:10,.0f}/s   p50 {figure.p50:8.2f} ms   "
              f"p99 {figure.p99:8.2f} ms   {note}", flush=True)

    def plain(self, name, value, unit):
        print(f"  {name:42} {value:10,.1f} {unit}", flush=True)

    def goal(self, name, value, sign, goal, unit=""):
        good = value >= goal if sign == "≥" else value <= goal
        self.missed += not good
        verdict = "ok" if good else "MISSED"
        print(f"  {name:42} {value:10,.2f} {unit:6} goal {sign} {goal:g} {unit:6} {verdict}", flush=True)


PAGE = "people, first page"
SEARCH = "people, search"
MONTH = "calendar of the state, month"


def pages(house, meter, report):
    """Everything that people look at, on one house."""
    newcomer, admin = house.visit(NEWCOMER), house.visit(ADMIN)
    district = house.rows("select code from units where parent_id is not null order by id limit 1")[0][0]
    asked = [
        ("/me", "/me", newcomer),
        (SEARCH, f"/people?q={quote('शर्मा')}", admin),
        (PAGE, "/people", admin),
        ("completion of a district", f"/completion?unit={district}", admin),
        ("completion of the state", "/completion?unit=MP", admin),
        (MONTH, "/calendar?unit=MP", admin),
    ]
    figures, sizes = {}, {}
    for name, path, cookie in asked:
        headers = {"Cookie": cookie}
        sizes[name] = len(ask(house.port, path, headers=headers)[1])
        figures[name] = meter.measure(house.port, path, headers)
        report.figure(name, figures[name], f"{sizes[name]:,} bytes")
    return figures, sizes


def roll_calls(house, meter, report):
    """The trainer's session that is on now: its roster, then forty marks at a time."""
    session = house.rows(
        "select s.id from sessions s join batches b on b.id = s.batch_id where b.seats = 50 "
        "and s.state = 'published' and s.starts_at <= datetime('now') and s.ends_at > datetime('now')"
    )[0][0]
    headers = {"Authorization": f"Bearer {house.token(TRAINER)}"}
    roster = f"/api/v1/sessions/{session}/roster"
    figures = {"roster": meter.measure(house.port, roster, headers)}
    people = json.loads(ask(house.port, roster, headers=headers)[1])["items"]
    report.figure(f"roster of {len(people)}", figures["roster"])
    rolls = ",".join(
        '{session="%s",people={%s}}' % (session, ",".join(f'"{p}"' for p in people))
        for session, people in halls(house).items())
    headers = {"Authorization": f"Bearer {house.token(ADMIN)}", "Content-Type": "application/json"}
    figures["marks"] = meter.measure(house.port, "/", headers, MARKS.replace("ROLLS", "{" + rolls + "}"), False)
    report.figure("40 marks in one call", figures["marks"])
    return figures


def halls(house):
    """Every session to come is made to be on now, with forty seats: phones of many halls send at
    once. One hall alone would be marked anew hundreds of times, which happens nowhere."""
    with sqlite3.connect(house.file) as db:
        db.executescript("""
            create temp table wanted as
              select batch_id id, 40 - sum(place = 'seat') missing from enrolments
              where batch_id in (select batch_id from sessions
                where state = 'published' and starts_at > datetime('now', '+1 day')) group by 1;
            create temp table wide as
              select id, sum(missing) over (order by id) - missing first, missing from wanted where missing > 0;
            create temp table free as
              select id, row_number() over (order by id) - 1 place from people
              where id not in (select person_id from enrolments);
            insert into enrolments (id, batch_id, person_id, queued_at, round, created_at, updated_at, place)
              select (select max(id) from enrolments) + row_number() over (), w.id, p.id, datetime('now'), 1,
                datetime('now'), datetime('now'), 'seat'
              from wide w join free p on p.place >= w.first and p.place < w.first + w.missing;
            update batches set seats = 40 where seats < 40 and id in (select id from wanted);
            update sessions set starts_at = datetime('now', '-1 hour'), ends_at = datetime('now', '+1 hour')
              where batch_id in (select id from wanted) and state = 'published'
              and starts_at > datetime('now', '+1 day');
        """)
        rows = db.execute("""
            select s.id, e.person_id from sessions s join enrolments e on e.batch_id = s.batch_id
            where s.batch_id in (select id from wanted) and e.place = 'seat' and s.state = 'published'
              and s.starts_at < datetime('now') and s.ends_at > datetime('now')""").fetchall()
    out = {}
    for session, person in rows:
        out.setdefault(session, []).append(person)
    return {session: people[:40] for session, people in out.items() if len(people) >= 40}


class Sink:
    """Postfix's smtp-sink on a free port."""

    def __enter__(self):
        self.port = free_port()
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        self.process = start(["/usr/sbin/smtp-sink", *user, "-m", "64", f"127.0.0.1:{self.port}", "256"],
                             stderr=subprocess.DEVNULL)
        wait_for(self.port)
        return self

    def __exit__(self, *_):
        end(self.process)


def utc(seconds=0):
    """So many seconds from now, as both databases read it."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() + seconds))


def plan_all(house, env):
    """Plans the letters of the batches to come, all due now; everybody on them is given an address
    first. Gives how many, and the seconds that planning took."""
    # Nobody is written to by night: the readers live where it is noon.
    west = time.gmtime().tm_hour - 12
    house.ledger.do(
        "insert into plan_requests select * from asked where true on conflict (batch_id) do nothing",
        "drop table asked",
        f"update units set timezone = '{f'Etc/GMT{west:+d}'}' where timezone is not null",
        """insert into emails (id, person_id, position, address, folded)
            select distinct p.id, p.id, 0, p.id || '@bench.example.org', p.id || '@bench.example.org'
            from people p join enrolments e on e.person_id = p.id
            join plan_requests r on r.batch_id = e.batch_id
            where not exists (select 1 from emails m where m.person_id = p.id)""",
    )
    began = time.perf_counter()
    house.run("remind", "run", env=env)
    took = time.perf_counter() - began
    planned = house.number("select count(*) from letters where state = 'planned'")
    # What comes in the next weeks comes now.
    house.ledger.do(f"update letters set next_try_at = '{utc(-60)}' where state = 'planned'")
    return planned, took


def letters(house, yardsticks, report):
    """Real letters of the batches to come, beside ready-made ones through as many connections. The
    database is kept as it was before they went."""
    with Sink() as sink:
        env = {"PRASHIKSHAN_SMTP_URL": f"smtp://127.0.0.1:{sink.port}?tls=none"}
        planned, planning = plan_all(house, env)
        house.keep()
        sent, took = drain(house, env)
        length = "octet_length(body)" if house.server else "length(cast(body as blob))"
        size = int(float(house.rows(f"select avg({length}) from letter_bodies")[0][0]))
        raw = statistics.median(
            float(subprocess.check_output([yardsticks, "smtp", "--to", f"127.0.0.1:{sink.port}",
                                           "--count", "8000", "--bytes", str(size)]))
            for _ in range(3))
        began = time.perf_counter()
        subprocess.run(["/usr/sbin/smtp-source", "-s", "8", "-m", "8000", "-l", str(size),
                        f"127.0.0.1:{sink.port}"], check=True)
        source = 8000 / (time.perf_counter() - began)
    report.plain(f"letters planned, the first ones sent ({planned:,})", planned / planning, "/s")
    report.plain(f"letters leased, made, sent, settled ({sent:,})", sent / took, "/s")
    report.plain(f"a loop over lettre, as big ({size:,} bytes)", raw, "/s")
    report.plain("Postfix's smtp-source, 8 connections", source, "/s")
    report.goal("letters / lettre loop", sent / took / raw, "≥", 0.4)
    if os.geteuid() != 0 or not os.path.exists(PROGRAM):
        print("  no Postfix: it needs root", flush=True)
        return
    house.restore()
    real_mail_server(house, size, report)


def while_letters_go(house, reading, report):
    """A long queue goes out beside somebody who reads pages, one after the other, for so many
    seconds; what is left then goes alone, with the memory looked at."""
    with Sink() as sink:
        env = {"PRASHIKSHAN_SMTP_URL": f"smtp://127.0.0.1:{sink.port}?tls=none"}
        planned = house.number("select count(*) from letters where state = 'planned'")
        house.run("mail", "pause", "--reason", "bench")
        house.env |= {**env, "PRASHIKSHAN_TICK_SECONDS": "1"}
        house.serve()
        reader = Reader(house.port, {"Cookie": house.visit(ADMIN)})
        reader.read(300)
        idle, resident = reader.read(3000), house.resident()
        began, busy, most = time.perf_counter(), [], resident
        house.run("mail", "resume")
        while due(house) and time.perf_counter() - began < reading:
            busy += reader.read(200)
            most = max(most, house.resident())
        beside, read = planned - due(house), time.perf_counter() - began
        memory = [house.resident()]
        while due(house) and time.perf_counter() - began < 300:
            time.sleep(0.2)
            memory.append(house.resident())
        left = due(house)
        alone, took = planned - beside - left, time.perf_counter() - began - read
        house.close()
    report.plain(f"letters beside a reader ({beside:,})", beside / read, "/s")
    report.plain(f"the others, alone ({alone:,})", alone / took, "/s")
    for name, took in (("idle", idle), ("while letters go", busy)):
        p50, p99 = percentile(took, 50), percentile(took, 99)
        print(f"  {'the list of people, ' + name:42} p50 {p50:8.2f} ms   p99 {p99:8.2f} ms", flush=True)
    report.goal("p99 while letters go / idle", percentile(busy, 99) / percentile(idle, 99), "≤", 2)
    report.goal("letters left behind", left, "≤", 0)
    report.plain("memory before", resident, "MB")
    third = max(len(memory) // 3, 1)
    early, late = statistics.median(memory[third : 2 * third]), statistics.median(memory[-third:])
    report.goal("memory alone, last third / second third", late / early, "≤", 1.05)
    report.plain("memory at most", max(most, *memory), "MB")


def due(house):
    """Letters that should go now."""
    return house.number(f"""select count(*) from letters
        where state in ('planned', 'leased') and next_try_at <= '{utc()}'""")


class Reader:
    """One person who opens the list of people, looks at it for a moment, opens it again."""

    def __init__(self, port, headers):
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = headers

    def read(self, times):
        took = []
        for _ in range(times):
            began = time.perf_counter()
            self.line.request("GET", "/people", headers=self.headers)
            answer = self.line.getresponse()
            answer.read()
            took.append((time.perf_counter() - began) * 1000)
            if answer.status != 200:
                sys.exit(f"bench: GET /people answered {answer.status}")
            time.sleep(0.005)
        return took


def percentile(took, of_hundred):
    return sorted(took)[int(len(took) * of_hundred / 100)]


def drain(house, env):
    """Sends everything that is due; gives how many letters, and the seconds."""
    before = house.number("select count(*) from letters where state = 'sent'")
    began = time.perf_counter()
    house.run("remind", "run", env=env)
    took = time.perf_counter() - began
    return house.number("select count(*) from letters where state = 'sent'") - before, took


AT_POSTFIX = 5_000


def real_mail_server(house, size, report):
    """The same letters into a real Postfix that keeps each in its queue before it answers, then throws
    it away; beside it Postfix's own smtp-source, as big."""
    house.ledger.do(f"""update letters set next_try_at = '{utc(86_400)}' where state = 'planned' and id not in
        (select id from letters where state = 'planned' order by next_try_at limit {AT_POSTFIX})""")
    post = Postfix()
    atexit.register(post.stop)
    post.begin("mynetworks = 127.0.0.0/8\nsmtpd_recipient_restrictions = permit_mynetworks, reject\n"
               "default_transport = discard:\n")
    wait_for(post.port)
    sent, took = drain(house, {"PRASHIKSHAN_SMTP_URL": f"smtp://127.0.0.1:{post.port}?tls=none"})
    began = time.perf_counter()
    subprocess.run(["/usr/sbin/smtp-source", "-s", "8", "-m", str(AT_POSTFIX), "-l", str(size), "-f",
                    "training@example.org", "-t", "reader@bench.example.org", f"127.0.0.1:{post.port}"], check=True)
    source = AT_POSTFIX / (time.perf_counter() - began)
    report.plain(f"letters into a real Postfix ({sent:,})", sent / took, "/s")
    report.plain("smtp-source into the same Postfix", source, "/s")
    report.goal("letters / smtp-source, real Postfix", sent / took / source, "≥", 0.8)


def imports(house, report, count):
    """A table of newcomers into the house, as an admin would upload it."""
    blocks = [code for (code,) in house.rows("select code from units where contact_name is not null")]
    file = house.folder / "people.csv"
    given = ["आशा", "मोहन", "गीता", "रमेश", "सुनीता", "विजय", "कमला", "दीपक"]
    family = ["शर्मा", "पटेल", "यादव", "जैन", "साहू", "राठौर", "तिवारी"]
    with open(file, "w", newline="", encoding="utf-8") as out:
        table = csv.writer(out)
        table.writerow(["reference", "name", "relation_name", "unit", "phone", "email", "previous_party", "joined_on"])
        for n in range(count):
            name = f"{given[n % 8]} {family[n % 7]}"
            table.writerow([f"R{n:06}", name, f"{given[n % 5]} {family[n % 7]}", blocks[n % len(blocks)],
                            f"98{n:08}", f"r{n}@import.example.org" if n % 3 == 0 else "", "लोक मंच", "2026-01-15"])
    began = time.perf_counter()
    house.run("people", "import", str(file))
    rate = count / (time.perf_counter() - began)
    report.goal(f"rows of people imported ({count:,})", rate, "≥", 5000, "/s")


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("programs", type=Path)
    asked.add_argument("--quick", action="store_true")
    asked.add_argument("--server")
    asked = asked.parse_args()
    atexit.register(end_all)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = Path(tempfile.mkdtemp(prefix="prashikshan-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    meter = Meter(folder, runs=1 if asked.quick else 3, seconds=3)
    yardsticks = str(asked.programs / "examples" / "yardsticks")
    report = Report()
    # Of the house for letters: more than go while somebody reads for so many seconds.
    people, reading = (20_000, 10) if asked.quick else (89_000, 60)

    if asked.server:
        print(f"{os.cpu_count()} processors; PostgreSQL, letters alone")
        post(House(asked.programs, folder, people, asked.server), yardsticks, reading, report)
        return end_of(report)

    print(f"{os.cpu_count()} processors; SQLite on {folder}")
    report.plain("the program", (asked.programs / "prashikshan").stat().st_size / 1e6, "MB")
    small = House(asked.programs, folder, 10_000)
    figures, sizes = house_of(small, meter, report)

    report.head("Yardsticks, in the same run")
    floors = {PAGE: sizes[PAGE], "/me": sizes["/me"]}
    port = free_port()
    bench = start([yardsticks, "serve", "--db", small.url, "--listen", f"127.0.0.1:{port}",
                   "--sizes", ",".join(map(str, floors.values()))])
    wait_for(port, f"/bare/{sizes['/me']}")
    floor = {}
    for name, size in floors.items():
        bare = meter.measure(port, f"/bare/{size}", {})
        report.figure(f"bare handler, as many bytes as {name}", bare)
        floor[name] = meter.measure(port, f"/floor/{size}", {})
        report.figure(f"floor page, as big as {name}", floor[name])
    end(bench)
    commits = statistics.median(
        float(subprocess.check_output([yardsticks, "commits", "--db", small.url]))
        for _ in range(meter.runs))
    report.plain("durable commits of one row", commits, "/s")

    report.head("Goals")
    for name in (PAGE, SEARCH):
        report.goal(f"{name} / floor page", figures[name].rate / floor[PAGE].rate, "≥", 0.5)
    report.goal("/me / floor page", figures["/me"].rate / floor[PAGE].rate, "≥", 1.0)
    report.goal("calls of 40 marks / commits", figures["marks"].rate / commits, "≥", 0.6)
    if not asked.quick:
        large = House(asked.programs, folder, 100_000)
        grown, _ = house_of(large, meter, report)
        report.head("Goals at 100,000 people")
        for name in (PAGE, SEARCH, "/me"):
            report.goal(f"p99 of {name} / at 10,000", grown[name].p99 / figures[name].p99, "≤", 1.5)
        report.goal("completion of the state, p50", grown["completion of the state"].p50, "≤", 50, "ms")
        report.goal(f"{MONTH}, p50", grown[MONTH].p50, "≤", 30, "ms")
    house = small if asked.quick else large
    imports(house, report, 20_000)
    # A house of its own: where rolls were called, few sessions are still to come.
    post(House(asked.programs, folder, people), yardsticks, reading, report)
    return end_of(report)


def post(house, yardsticks, reading, report):
    """Everything that is measured of letters."""
    house.load()
    report.head(f"Letters at {house.people:,} people")
    letters(house, yardsticks, report)
    report.head("The same letters, with somebody reading pages")
    house.restore()
    while_letters_go(house, reading, report)


def end_of(report):
    print(f"\n{report.missed} goals missed")
    return min(report.missed, 1)


def house_of(house, meter, report):
    """Loads a house, starts it three times, asks it everything."""
    report.head(f"{house.people:,} people")
    report.plain("invented and written in", house.load(), "s")
    times = []
    for _ in range(3):
        times.append(house.serve())
        house.close()
    house.serve()
    report.goal("from start to the first answer", statistics.median(times) * 1000, "≤", 300, "ms")
    figures, sizes = pages(house, meter, report)
    figures.update(roll_calls(house, meter, report))
    report.goal("memory after that", house.resident(), "≤", 80, "MB")
    house.close()
    return figures, sizes


if __name__ == "__main__":
    sys.exit(main())
