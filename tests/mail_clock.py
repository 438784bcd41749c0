"""Clocks that jump: 400 days ahead, two hours back. No storm of letters, and none twice.

    python3 tests/mail_clock.py BINARY [--server postgres://…]

The service runs under libfaketime, which moves the calendar clock only; a computer's monotonic clock
never jumps. Letters of many batches lie planned for the coming weeks. After each jump the service
takes some turns, and a recording mail server tells what came. Without libfaketime: 77.
"""

import argparse
import glob
import sys
import time
from collections import Counter

from mail_house import House, record

SEATS = 120
# Turns that the service is given after a jump.
TURNS = 6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--server")
    options = parser.parse_args()
    library = next(iter(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")), None)
    if not library:
        print("cannot run: libfaketime is not there")
        return 77
    house = House(options.binary, options.server, people=600, seed=3)
    try:
        faults = Trial(house, library).run()
    finally:
        house.close()
    for fault in faults:
        print("  FAULT", fault)
    return 1 if faults else 0


class Trial:
    def __init__(self, house: House, library: str):
        self.house, self.faults = house, []
        self.clock = house.folder / "clock"
        self.smtp, self.log = house.sink("sink")
        self.more = {
            "LD_PRELOAD": library,
            "FAKETIME_TIMESTAMP_FILE": str(self.clock),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def run(self) -> list[str]:
        # Noon where everybody lives, so that nothing waits for a morning.
        west = time.gmtime().tm_hour - 12
        self.house.ledger.do(f"update units set timezone = 'Etc/GMT{west:+d}' where timezone is not null")
        self.jump("+0")
        seated = self.house.seat(SEATS)
        self.house.ask_again()
        self.house.node(self.smtp, "node.log", **self.more)
        first = self.settled(seated)
        planned = self.count("planned")
        if len(first) < seated:
            self.faults.append(f"{len(first)} letters came of {seated} seats")
        if planned < seated:
            self.faults.append(f"only {planned} reminders lie ahead: the trial shows nothing")

        back = self.after("two hours back", "-2h", first, most=0)
        # One summary of a week for each administrator, not fifty-seven; the offers that lapsed.
        admins = int(self.house.ledger.rows("select count(distinct person_id) from grants where role = 'admin'")[0][0])
        ahead = self.after("400 days ahead", "+400d", back, most=admins + 20)
        # On PostgreSQL the database's clock, which has not jumped, says what is due and what is missed.
        left = self.count("planned")
        if left < planned if self.house.server else left > 20:
            self.faults.append(f"{left} of {planned} letters are planned after the jump")
        again = self.after("back to today", "+0", ahead, most=20)
        self.after("two hours back once more", "-2h", again, most=20)
        missed = self.count("missed")
        print(f"clock: {len(first)} letters, {planned} planned ahead, {missed} recorded as missed, none twice")
        return self.faults

    def after(self, what: str, offset: str, before: list[str], most: int) -> list[str]:
        """What came after a jump: at most so many letters, none a second time."""
        self.jump(offset)
        # Everything is looked at again, as after any cause.
        self.house.ask_again()
        came = self.settled(0)
        new = len(came) - len(before)
        print(f"{what}: {new} letters")
        if new > most:
            self.faults.append(f"{what}: a storm of {new} letters")
        twice = [key for key, n in Counter(came).items() if n > 1]
        if twice:
            self.faults.append(f"{what}: {len(twice)} letters came twice")
        return came

    def jump(self, offset: str) -> None:
        self.clock.write_text(f"{offset}\n", encoding="ascii")

    def settled(self, least: int) -> list[str]:
        """The Message-IDs that came, once nothing new has come for some turns."""
        quiet, seen, until = 0, -1, time.monotonic() + 120
        while quiet < TURNS and time.monotonic() < until:
            time.sleep(1)
            came = [line["id"] for line in record(self.log)]
            quiet = quiet + 1 if len(came) == seen and len(came) >= least else 0
            seen = len(came)
        return came

    def count(self, state: str) -> int:
        return int(self.house.ledger.rows(f"select count(*) from letters where state = '{state}'")[0][0])


if __name__ == "__main__":
    sys.exit(main())
