"""Kills the service while letters go, and judges what a recording mail server saw.

    python3 tests/mail_crash.py BINARY [--server postgres://…] [--full] [--stop] [--break WORD]

Short: 20 kills over 1,500 letters. --full: 100 kills over 10,000. --stop freezes a node past its
lease as well (PostgreSQL). --break runs a build that breaks a promise on purpose (kit/trial.rs,
debug builds only); then the judge must find fault, and exit 0 means that it did.

The promises: every letter that is due arrives; one arrives twice only when its node was killed
between the mail server's answer and the ledger; then it is the same letter, Message-ID and bytes;
nothing is marked sent that the mail server did not take.
"""

import argparse
import random
import signal
import sys
import time
from collections import Counter, defaultdict

from mail_house import House, record

LEASE = 3
IN_FLIGHT = 8


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--server")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--kills", type=int)
    parser.add_argument("--letters", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stop", action="store_true")
    parser.add_argument("--break", dest="broken")
    options = parser.parse_args()
    kills = options.kills or (100 if options.full else 20)
    letters = options.letters or (10_000 if options.full else 1_500)
    began = time.monotonic()
    house = House(options.binary, options.server, people=2_600 if letters > 3_000 else 1_200, seed=options.seed)
    try:
        trial = Trial(house, options, kills, letters)
        trial.run()
        faults = trial.judge()
        trial.tell(began)
    finally:
        house.close()
    for fault in faults[:20]:
        print("  FAULT", fault)
    if options.broken:
        print(f"broken on purpose ({options.broken}): {'caught' if faults else 'NOT CAUGHT'}")
        return 0 if faults else 1
    return 1 if faults else 0


class Trial:
    def __init__(self, house: House, options, kills: int, letters: int):
        self.house, self.kills, self.letters = house, kills, letters
        self.random = random.Random(options.seed)
        self.server, self.stop = options.server, options.stop
        words = [f"lease={LEASE}"] + ([options.broken] if options.broken else [])
        self.more = {
            "PRASHIKSHAN_TRIAL": ",".join(words),
            "PRASHIKSHAN_MAIL_IN_FLIGHT": str(IN_FLIGHT),
        }
        # Slow enough that every kill finds letters under way.
        pause = 2 * IN_FLIGHT * kills * 1.2 / letters
        self.smtp, self.log = house.sink("sink", "--mean-delay", f"{min(pause, 0.5):.4f}", "--seed", str(options.seed))
        self.nodes: list = []
        # How often each letter was taken but not settled when a node died: so often it may repeat.
        self.in_flight: Counter = Counter()
        self.most_at_once = 0
        self.frozen = 0
        self.given = 0

    def start(self, place: int) -> None:
        log = f"node{place}.log"
        # On SQLite one service holds the file; what runs beside it is the turn of a cron.
        second = place == 1 and not self.server
        make = self.house.worker if second else self.house.node
        self.nodes[place] = make(self.smtp, log, **self.more)

    def run(self) -> None:
        self.nodes = [None, None]
        for place in range(2):
            self.start(place)
        share = -(-self.letters // self.kills)
        for n in range(self.kills):
            self.given += self.house.seat(min(share, self.letters - self.given))
            self.house.ask_again()
            until = time.monotonic() + self.random.uniform(0.05, 3.0)
            while time.monotonic() < until:
                time.sleep(0.05)
                if self.nodes[1].poll() is not None:
                    self.start(1)
            self.house.hurry()
            self.until_it_sends()
            victim = self.random.randrange(2)
            if self.stop and n % 5 == 4:
                self.freeze(victim)
                continue
            self.nodes[victim].send_signal(signal.SIGKILL)
            self.nodes[victim].wait()
            # What was in the sockets when it died may still be taken.
            time.sleep(0.15)
            self.note_in_flight()
            self.start(victim)
        self.finish()

    def until_it_sends(self) -> None:
        """On a slow machine a node is still starting: killing it then would prove little."""
        before, until = self.log.stat().st_size, time.monotonic() + 3
        while self.log.stat().st_size == before and time.monotonic() < until:
            time.sleep(0.02)

    def freeze(self, victim: int) -> None:
        """Past its lease: the others take over, and what it tells afterwards comes too late."""
        self.nodes[victim].send_signal(signal.SIGSTOP)
        time.sleep(0.15)
        self.note_in_flight()
        time.sleep(LEASE + 2)
        self.nodes[victim].send_signal(signal.SIGCONT)
        self.frozen += 1

    def note_in_flight(self) -> None:
        taken = {line["id"].split("@")[0] for line in record(self.log)}
        open_rows = self.house.ledger.rows("select message_id from letters where state in ('leased', 'planned')")
        in_flight = taken & {row[0] for row in open_rows}
        self.in_flight.update(in_flight)
        self.most_at_once = max(self.most_at_once, len(in_flight))

    def finish(self) -> None:
        """No more faults: everything that is due must go. It ends when nothing moves for a while."""
        self.house.ask_again()
        until, before, quiet = time.monotonic() + 90, None, 0
        while time.monotonic() < until and quiet < 3:
            self.house.hurry()
            time.sleep(1)
            if (size := self.log.stat().st_size) != before:
                until, before = time.monotonic() + 90, size
            if self.nodes[1].poll() is not None:
                self.start(1)
            states = self.house.states()
            # A planned request that is still open may make letters.
            asked = self.house.ledger.rows("select count(*) from plan_requests")[0][0]
            busy = states.get("planned", 0) + states.get("leased", 0) + int(asked)
            quiet = 0 if busy else quiet + 1
        for node in self.nodes:
            node.terminate()
            node.wait(timeout=40)

    def judge(self) -> list[str]:
        faults = []
        self.copies: Counter = Counter()
        hashes = defaultdict(set)
        for line in record(self.log):
            self.copies[line["id"].split("@")[0]] += 1
            hashes[line["id"].split("@")[0]].add(line["hash"])
        rows = self.house.ledger.rows(
            "select message_id, enrolment_id, state from letters where kind = 'confirmation'"
        )
        of_seat = defaultdict(list)
        for message, enrolment, state in rows:
            of_seat[str(enrolment)].append(message)
            if state == "sent" and not self.copies[message]:
                faults.append(f"{message} is marked sent and never arrived")
            if state in ("planned", "leased"):
                faults.append(f"{message} is still {state}")
        seats = self.house.ledger.rows("select id from enrolments where id > 8000000000000000000")
        if len(seats) != self.given:
            faults.append(f"{self.given} seats were given, {len(seats)} are there")
        for (seat,) in seats:
            arrived = [m for m in of_seat[str(seat)] if self.copies[m]]
            if not arrived:
                faults.append(f"seat {seat}: its letter never arrived")
            elif len(arrived) > 1:
                faults.append(f"seat {seat}: {len(arrived)} different letters arrived")
        beyond = 0
        for message, copies in self.copies.items():
            if len(hashes[message]) > 1:
                faults.append(f"{message} arrived with {len(hashes[message])} different bytes")
            more = copies - 1 - self.in_flight[message]
            if more > 0:
                beyond += more
                if not self.frozen:
                    faults.append(f"{message} arrived {copies} times, {self.in_flight[message]} in flight")
        # A frozen node had looked, for each of its couriers, and not yet said the letter.
        if beyond > self.frozen * IN_FLIGHT:
            faults.append(f"{beyond} repeats beyond those in flight, {self.frozen} freezes")
        # Not every freeze finds letters in the hand of the node it strikes; four and more do.
        if self.frozen >= 4 and not self.late():
            faults.append("no late result was told")
        self.repeats = sum(self.copies.values()) - len(self.copies)
        return faults

    def late(self) -> int:
        logs = [self.house.folder / f"node{n}.log" for n in range(2)]
        return sum(log.read_text(encoding="utf-8").count("late_result") for log in logs if log.exists())

    def tell(self, began: float) -> None:
        print(
            f"{'PostgreSQL' if self.server else 'SQLite'}: {self.given} letters, {self.kills - self.frozen} kills, "
            f"{self.frozen} freezes: {len(self.copies)} arrived, {self.repeats} repeats, "
            f"{sum(self.in_flight.values())} in flight at kills (most at once {self.most_at_once}), "
            f"{self.late()} late results, states {self.house.states()}, {time.monotonic() - began:.0f} s"
        )


if __name__ == "__main__":
    sys.exit(main())
