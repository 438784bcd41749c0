"""Reads calendar files with the `icalendar` package: a second opinion on what we write.

    python3 tests/ical_check.py FILE.ics...

Prints a JSON list, one object for each file, in the order given. Exit 1 when one cannot be read.
"""

import json
import sys
from datetime import datetime, timezone
from pathlib import Path

from icalendar import Calendar


def parsed(data: bytes) -> dict:
    """What one VCALENDAR says; `errors` and `lines` tell how well it says it."""
    calendar = Calendar.from_ical(data)
    return {
        "method": text(calendar.get("METHOD")),
        "prodid": text(calendar.get("PRODID")),
        "has_vtimezone": bool(calendar.walk("VTIMEZONE")),
        "events": [event(e) for e in calendar.walk("VEVENT")],
        "errors": [f"{name}: {why}" for part in calendar.walk() for name, why in part.errors],
        # RFC 5545, 3.1: CRLF at the end of each line, at most 75 octets before it.
        "lines": {
            "longest": max((len(line) for line in data.splitlines()), default=0),
            "crlf": data.count(b"\n") == data.count(b"\r\n") and data.endswith(b"\r\n"),
        },
    }


def event(e) -> dict:
    return {
        "uid": text(e.get("UID")),
        "sequence": int(e.get("SEQUENCE", 0)),
        "status": text(e.get("STATUS")),
        "summary": text(e.get("SUMMARY")),
        "dtstart": moment(e.get("DTSTART")),
        "dtend": moment(e.get("DTEND")),
        "tzid": e["DTSTART"].params.get("TZID") if "DTSTART" in e else None,
        "location": text(e.get("LOCATION")),
        "url": text(e.get("URL")),
        "organizer": text(e.get("ORGANIZER")),
        "attendees": [str(a) for a in several(e.get("ATTENDEE"))],
        "alarms": len(e.walk("VALARM")),
    }


def moment(value) -> str | None:
    """`2026-11-29T05:00:00Z`; a date, or a time without a zone, stays as it is."""
    if value is None:
        return None
    at = value.dt
    if isinstance(at, datetime) and at.tzinfo is not None:
        return at.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return at.isoformat()


def several(value) -> list:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def text(value) -> str | None:
    return None if value is None else str(value)


def show(found: list) -> None:
    """JSON in UTF-8, whatever the locale."""
    sys.stdout.reconfigure(encoding="utf-8")
    print(json.dumps(found, ensure_ascii=False, indent=1))


def main(files: list[str]) -> int:
    if not files:
        print(__doc__, file=sys.stderr)
        return 2
    found = []
    for file in files:
        try:
            found.append({"file": file, **parsed(Path(file).read_bytes())})
        except (OSError, ValueError) as why:
            print(f"{file}: {why}", file=sys.stderr)
            return 1
    show(found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
