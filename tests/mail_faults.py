"""Two hundred letters to each kind of bad mail server: a table of what became of them.

    python3 tests/mail_faults.py BINARY [--server postgres://…] [--full]

Each row is a house of its own. After one turn no letter may be lost, none marked sent that was not
taken, none taken twice; afterwards a page must answer as quickly as without the trouble.
"""

import argparse
import statistics
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from mail_house import House, record
from mail_sink import MODES

LETTERS = 200


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--server")
    parser.add_argument("--full", action="store_true", help="replies after 70 s, a byte a second")
    options = parser.parse_args()
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda mode: trial(mode, options), MODES))
    print(f"{'mail server':18} {'sent':>5} {'later':>5} {'failed':>6} {'uncert.':>7} {'taken':>5} {'twice':>5} {'s':>4}")
    for mode, states, taken, twice, seconds, _ in rows:
        cells = [states.get(s, 0) for s in ("sent", "planned", "failed", "uncertain")]
        print(f"{mode:18} {cells[0]:5} {cells[1]:5} {cells[2]:6} {cells[3]:7} {taken:5} {twice:5} {seconds:4.0f}")
    faults = [fault for row in rows for fault in row[5]]
    faults += latency(options)
    for fault in faults:
        print("  FAULT", fault)
    return 1 if faults else 0


def trial(mode: str, options) -> tuple:
    began = time.monotonic()
    house = House(options.binary, options.server, people=600, seed=1)
    try:
        extra = ["--mode", mode, "--late", "70" if options.full else "5"]
        if mode == "wrong-tls-name":
            extra += certificate(house.folder)
        port, log = house.sink("sink", *extra)
        tls = "required" if mode in ("no-starttls", "wrong-tls-name") else "none"
        env = {
            "PRASHIKSHAN_SMTP_URL": f"smtp://127.0.0.1:{port}?tls={tls}",
            "PRASHIKSHAN_MAIL_IN_FLIGHT": "64" if mode in ("late-reply", "slow-replies") else "8",
        }
        # Planned first, with the server away, so that night and day are the same.
        house.run("mail", "pause", "--reason", "trial")
        house.seat(LETTERS)
        house.run("remind", "run", **env)
        house.run("mail", "resume")
        house.hurry()
        given = sum(house.states().values())
        house.run("remind", "run", **env)
        faults = []
        # Each comes back after its wait; here nobody waits.
        for _ in range(40 if mode == "greylist" else 0):
            house.ledger.do(
                "update letters set next_try_at = due_at where state = 'planned' and kind = 'confirmation'"
            )
            house.run("remind", "run", **env)
            if set(house.states()) == {"sent"}:
                break
        states, taken = house.states(), Counter(line["id"].split("@")[0] for line in record(log))
        faults += judge(mode, given, states, taken, house)
        twice = sum(taken.values()) - len(taken)
        return mode, states, len(taken), twice, time.monotonic() - began, faults
    finally:
        house.close()


def judge(mode: str, given: int, states: dict, taken: Counter, house: House) -> list[str]:
    faults = []
    if sum(states.values()) != given:
        faults.append(f"{mode}: {given} letters were due, the ledger has {states}")
    if any(copies > 1 for copies in taken.values()):
        faults.append(f"{mode}: a letter was taken twice")
    sent = {r[0] for r in house.ledger.rows("select message_id from letters where state = 'sent'")}
    if sent - set(taken):
        faults.append(f"{mode}: {len(sent - set(taken))} are marked sent and were not taken")
    lost = set(taken) - sent
    uncertain = {r[0] for r in house.ledger.rows("select message_id from letters where state = 'uncertain'")}
    if lost - uncertain:
        faults.append(f"{mode}: {len(lost - uncertain)} were taken and are neither sent nor uncertain")
    wanted = {"mixed": None, "planned": "sent" if mode == "greylist" else "planned"}.get(MODES[mode], MODES[mode])
    if wanted and states.get(wanted, 0) != given:
        faults.append(f"{mode}: {states}, all should be {wanted}")
    if mode == "rset-after-error" and not (states.get("sent", 0) and states.get("failed", 0)):
        faults.append(f"{mode}: {states}")
    return faults


def certificate(folder: Path) -> list[str]:
    key, crt = folder / "tls.key", folder / "tls.crt"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=elsewhere.example"]
    subprocess.run([*command, "-keyout", key, "-out", crt], check=True, capture_output=True)
    return ["--certificate", str(crt), "--key", str(key)]


def latency(options) -> list[str]:
    """A page while the mail server is a black hole, against the same page with nothing to send."""
    house = House(options.binary, options.server, people=600, seed=1)
    try:
        port, _ = house.sink("hole", "--mode", "black-hole")
        node = house.node(port, "node.log")
        idle = pages(node.port)
        house.seat(LETTERS)
        leased, until = 0, time.monotonic() + 60
        while not leased and time.monotonic() < until:
            time.sleep(0.5)
            house.hurry()
            leased = house.states().get("leased", 0)
        busy = pages(node.port)
        print(f"a page: median {idle[0]:.1f} ms, p99 {idle[1]:.1f} ms idle; median {busy[0]:.1f} ms, p99 {busy[1]:.1f} ms "
              f"while {leased} letters hang")
        faults = [] if leased else ["latency: no letter was under way"]
        if busy[0] > 1.5 * idle[0] + 1 or busy[1] > 2 * idle[1] + 5:
            faults.append("latency: pages wait for the mail server")
        return faults
    finally:
        house.close()


def pages(port: int) -> tuple[float, float]:
    url = f"http://127.0.0.1:{port}/sign-in"
    for _ in range(400):
        try:
            urllib.request.urlopen(url).read()
            break
        except OSError:
            time.sleep(0.05)
    # So many that the making of the letters, which comes first, is a small part of them.
    took = []
    for _ in range(5000):
        began = time.perf_counter()
        urllib.request.urlopen(url).read()
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    return statistics.median(took), took[int(len(took) * 0.99)]


if __name__ == "__main__":
    sys.exit(main())
