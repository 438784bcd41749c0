"""Real calendar programs on our feeds and letters: `vdirsyncer` and `khal`.

    python3 tests/calendar_client.py PROGRAM

Starts the demo of PROGRAM with a fresh database on a free port, invites an invented person to one
session, and moves it, changes its place, calls it off. After each step the feed is fetched over
HTTP by vdirsyncer, the letters are taken in by khal, and both calendars are listed: the session
must stand there once, as it is now. Last the feed is closed. Prints what the programs said; exit 1
at the first thing that is not so.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import datetime, timedelta, timezone
from http.cookiejar import CookieJar
from pathlib import Path

from ical_check import parsed
from mail_check import letter

INDIA = timezone(timedelta(hours=5, minutes=30))
EMAIL = "gauri.client@example.org"


def main(program: str) -> int:
    for tool in ("vdirsyncer", "khal"):
        if not shutil.which(tool):
            print(f"{tool} is not there: apt-get install vdirsyncer khal", file=sys.stderr)
            return 2
    with tempfile.TemporaryDirectory(prefix="prashikshan-calendar-") as folder:
        house = House(program, Path(folder))
        try:
            story(house)
        finally:
            house.stop()
    print("\nAll as it should be.")
    return 0


def story(house: "House") -> None:
    day = (datetime.now(INDIA) + timedelta(days=12)).date()
    first, moved = (f"{day}T{clock}" for clock in ("10:30", "15:00"))
    other_day = day + timedelta(days=2)
    session = house.plan(first)
    feed = house.feed(EMAIL, "khal")
    client = Client(house.folder, feed, day)

    client.look("1. announced", house, [f"{day} 10:30", "CONFIRMED"], place="Test hall")
    tags = house.fetch(feed)
    expect(house.status(feed, {"If-None-Match": tags["etag"]}), 304, "the same tag")
    expect(house.status(feed, {"If-Modified-Since": tags["last-modified"]}), 304, "the same time")
    expect(tags["cache-control"].split(",")[0], "private", "Cache-Control")

    house.api("PATCH", f"/sessions/{session}", times(moved) | {"reason": "Hall in use"})
    expect(house.status(feed, {"If-None-Match": tags["etag"]}), 200, "the old tag after a change")
    client.look("2. moved in the day", house, [f"{day} 15:00", "CONFIRMED"], place="Test hall")

    body = times(f"{other_day}T09:00") | {"venue": house.other_venue, "reason": "Hall lost"}
    house.api("PATCH", f"/sessions/{session}", body)
    client.look("3. another day and place", house, [f"{other_day} 09:00", "CONFIRMED"], "Second hall")

    house.api("POST", f"/sessions/{session}/cancellation", {"reason": "Heavy rain"})
    client.look("4. called off", house, [f"{other_day} 09:00", "CANCELLED"], "Second hall")

    house.close_feed(EMAIL)
    client.sync()
    notes = client.events("feed")
    print("\n=== 5. feed closed\n", "\n".join(notes))
    expect(len(notes), 1, "events of a closed feed")
    assert "closed" in notes[0], notes


def times(start: str) -> dict:
    begins = datetime.fromisoformat(start).replace(tzinfo=INDIA)
    return {"starts_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=2)).isoformat()}


def expect(found, wanted, what: str) -> None:
    if found != wanted:
        raise SystemExit(f"{what}: {found!r}, not {wanted!r}")
    print(f"{what}: {found}")


class House:
    """The demo, running, with an admin's token."""

    def __init__(self, program: str, folder: Path):
        self.program, self.folder = program, folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{probe.getsockname()[1]}"
        self.origin = f"http://{address}"
        ours = ("PRASHIKSHAN_", "DATABASE_URL")
        self.env = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
        self.log = (folder / "demo.log").open("w+")
        self.child = subprocess.Popen(
            [program, "demo", "--people", "120", "--seed", "7", "--listen", address],
            cwd=folder, env=self.env, stdout=self.log, stderr=subprocess.STDOUT,
        )
        until = time.monotonic() + 60
        while not self.ready():
            if self.child.poll() is not None or time.monotonic() > until:
                raise SystemExit((folder / "demo.log").read_text()[-2000:])
            time.sleep(0.1)
        out = self.command("token", "create", "--email", "admin@demo.example.org", "--name", "client")
        self.token = re.search(r"pra_[\w-]+", out).group()

    def ready(self) -> bool:
        try:
            return urllib.request.urlopen(f"{self.origin}/readyz", timeout=5).status == 200
        except OSError:
            return False

    def stop(self) -> None:
        self.child.send_signal(signal.SIGTERM)
        try:
            self.child.wait(10)
        except subprocess.TimeoutExpired:
            self.child.kill()
        self.log.close()

    def command(self, *words: str) -> str:
        env = self.env | {"DATABASE_URL": "sqlite://data/demo/prashikshan.db"}
        done = subprocess.run(
            [self.program, *words], cwd=self.folder, env=env, capture_output=True, text=True, timeout=60
        )
        if done.returncode != 0:
            raise SystemExit(f"{words}: {done.stdout}{done.stderr}")
        return done.stdout

    def api(self, method: str, path: str, body: dict | None = None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.origin}/api/v1{path}", data, method=method,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as why:
            raise SystemExit(f"{method} {path}: {why.code} {why.read().decode()}") from why

    def plan(self, start: str) -> str:
        """One published session of a batch of its own, with one person on it."""
        course = next(c for c in self.api("GET", "/courses")["items"] if c["state"] == "published")
        unit = next(u for u in self.api("GET", "/units?limit=200")["items"] if u["level"] == "block")
        venue = {"unit": unit["code"], "seats": 40, "address": "River road"}
        hall = self.api("POST", "/venues", venue | {"name_en": "Test hall"})["id"]
        self.other_venue = self.api("POST", "/venues", venue | {"name_en": "Second hall"})["id"]
        batch = {"course": course["id"], "unit": unit["code"], "title": "Client test", "seats": 30}
        batch = self.api("POST", "/batches", batch)["id"]
        body = times(start) | {"modules": [course["modules"][0]["code"]], "venue": hall}
        session = self.api("POST", f"/batches/{batch}/sessions", body)["id"]
        self.api("POST", f"/sessions/{session}/publication", {})
        # Nobody is written to by night: she lives where it is noon.
        west = datetime.now(timezone.utc).hour - 12
        home = {"code": "NOON", "level": "booth", "parent": unit["code"], "name_en": "Noon", "name_hi": "दोपहर"}
        self.api("POST", "/units", home)
        self.api("PATCH", "/units/NOON", {"timezone": f"Etc/GMT{west:+d}"})
        person = {"name": "Gauri Test", "unit": "NOON", "emails": [EMAIL], "language": "en"}
        person = self.api("POST", "/people", person)["id"]
        self.api("POST", f"/batches/{batch}/enrolments", {"person": person, "as": "enrolment"})
        return session

    def browser(self, email: str):
        """Signed in as this person, as a browser would be."""
        link = re.search(r"/l/[^\s\"]+", self.command("link", "create", "--email", email)).group()
        visit = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar()), urllib.request.ProxyHandler({})
        )
        visit.addheaders = [("Accept-Language", "en")]
        page = visit.open(f"{self.origin}{link}?lang=en", timeout=30).read().decode()
        self.send(visit, page, link, {})
        return visit

    def send(self, visit, page: str, path: str, fields: dict) -> str:
        token = re.search(r'name="_token" value="([^"]+)"', page).group(1)
        data = urllib.parse.urlencode(fields | {"_token": token}).encode()
        return visit.open(f"{self.origin}{path}", data, timeout=30).read().decode()

    def feed(self, email: str, label: str) -> str:
        visit = self.browser(email)
        page = visit.open(f"{self.origin}/me/calendars", timeout=30).read().decode()
        made = self.send(visit, page, "/me/calendars", {"purpose": "attending", "label": label})
        return re.search(r'value="(http[^"]+\.ics)"', made).group(1)

    def close_feed(self, email: str) -> None:
        visit = self.browser(email)
        page = visit.open(f"{self.origin}/me/calendars", timeout=30).read().decode()
        self.send(visit, page, re.search(r"/feeds/\d+/revocation", page).group(), {})

    def fetch(self, url: str) -> dict:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return {name.lower(): value for name, value in answer.headers.items()}

    def calendar(self, url: str) -> dict:
        with urllib.request.urlopen(url, timeout=30) as answer:
            found = parsed(answer.read())
        assert found["has_vtimezone"] and found["lines"]["crlf"] and not found["errors"], found
        return found

    def status(self, url: str, headers: dict) -> int:
        try:
            return urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30).status
        except urllib.error.HTTPError as why:
            return why.code

    def letters(self, count: int) -> list[dict]:
        """The letters to our person, once there are so many."""
        until = time.monotonic() + 60
        while True:
            files = sorted((self.folder / "data/demo/mail").glob("*.eml"), key=lambda f: f.stat().st_mtime_ns)
            ours = [f for f in files if EMAIL.encode() in f.read_bytes()]
            if len(ours) >= count:
                return [letter(f.read_bytes()) | {"file": f} for f in ours]
            if time.monotonic() > until:
                raise SystemExit(f"{len(ours)} letters after a minute, not {count}")
            time.sleep(0.2)


class Client:
    """vdirsyncer and khal in a home of their own: one calendar from the feed, one from letters."""

    def __init__(self, folder: Path, feed: str, day):
        self.home, self.feed = folder / "home", feed
        (self.home / "feed").mkdir(parents=True)
        (self.home / "mail").mkdir()
        self.steps, self.first_day = 0, day - timedelta(days=20)
        (self.home / "vdirsyncer.conf").write_text(f"""
[general]
status_path = "{self.home}/status"
[pair training]
a = "here"
b = "there"
collections = null
conflict_resolution = "b wins"
[storage here]
type = "filesystem"
path = "{self.home}/feed"
fileext = ".ics"
[storage there]
type = "http"
url = "{feed}"
""")
        (self.home / "khal.conf").write_text(f"""
[calendars]
[[feed]]
path = {self.home}/feed
[[mail]]
path = {self.home}/mail
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = Asia/Kolkata
default_timezone = Asia/Kolkata
[default]
default_calendar = mail
[sqlite]
path = {self.home}/khal.db
""")
        self.run("vdirsyncer", "-c", str(self.home / "vdirsyncer.conf"), "discover")

    def run(self, *words: str) -> str:
        env = {
            "HOME": str(self.home), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8",
            "XDG_CONFIG_HOME": str(self.home), "XDG_DATA_HOME": str(self.home), "XDG_CACHE_HOME": str(self.home),
        }
        done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=120, stdin=subprocess.DEVNULL)
        said = (done.stdout + done.stderr).strip()
        shown = " ".join(w.replace(str(self.home), "~") for w in words)
        print(f"$ {shown}")
        if said:
            print(re.sub(r"/calendars/[\w-]+\.ics", "/calendars/….ics", said.replace(str(self.home), "~")))
        if done.returncode != 0:
            raise SystemExit(f"{words[0]}: exit {done.returncode}")
        return done.stdout

    def sync(self) -> None:
        self.run("vdirsyncer", "-c", str(self.home / "vdirsyncer.conf"), "sync")

    def take_letter(self, found: dict) -> None:
        """What a mail program does with the calendar part: the same UID changes the same event."""
        ics = found["attached_ics"]
        for event in ics["events"]:
            assert event["attendees"] == [f"mailto:{EMAIL}"], event
        assert ics["has_vtimezone"] and not ics["errors"], ics
        file = self.home / "letter.ics"
        file.write_bytes(raw_calendar(found["file"]))
        print(f"letter: {found['subject']} ({ics['method']}, sequence {ics['events'][0]['sequence']})")
        self.run("khal", "-c", str(self.home / "khal.conf"), "import", "--batch", "-a", "mail", str(file))

    def events(self, calendar: str) -> list[str]:
        said = self.run(
            "khal", "-c", str(self.home / "khal.conf"), "list", "--notstarted", "-a", calendar,
            "--day-format", "", "--format", "{start-long} | {title} | {location} | {status}",
            str(self.first_day), "60d",
        )
        return [line for line in said.splitlines() if line.strip()]

    def look(self, what: str, house: House, wanted: list[str], place: str) -> None:
        self.steps += 1
        print(f"\n=== {what}")
        self.sync()
        told = house.letters(self.steps)[self.steps - 1]
        self.take_letter(told)
        for calendar in ("feed", "mail"):
            lines = self.events(calendar)
            expect(len(lines), 1, f"events in “{calendar}”")
            for word in [*wanted, place]:
                assert word in lines[0], (word, lines)
        # vdirsyncer names what it fetches by its content; others go by the UID of the file.
        served, mailed = house.calendar(self.feed)["events"], told["ics"]["events"]
        same = ("uid", "sequence", "dtstart", "dtend", "summary", "location")
        expect([[e[k] for k in same] for e in served], [[e[k] for k in same] for e in mailed], "feed and letter")


def raw_calendar(file: Path) -> bytes:
    from email import message_from_bytes, policy

    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    part = next(p for p in message.walk() if p.get_content_type() == "text/calendar" and p.is_attachment())
    return part.get_payload(decode=True)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(str(Path(sys.argv[1]).resolve())))
