"""Reads letters as a mail program would: the standard library for MIME, `icalendar` for calendars.

    python3 tests/mail_check.py FOLDER

FOLDER holds `.eml` files, or what `smtp-sink -d` dumped (one file for each message, line ends made
LF: do not judge CRLF by these). Prints a JSON list in the order of the file names. Exit 1 when one
cannot be read.
"""

import sys
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from ical_check import parsed, show

# What smtp-sink writes above the message: the envelope.
ENVELOPE = {"X-Mail-Args": "from", "X-Rcpt-Args": "to"}


def letter(data: bytes) -> dict:
    message = message_from_bytes(data, policy=policy.default)
    parts = [p for p in message.walk() if not p.is_multipart()]
    return {
        "message_id": header(message, "Message-ID"),
        "to": header(message, "To"),
        "from": header(message, "From"),
        "subject": header(message, "Subject"),
        "language": header(message, "Content-Language"),
        "parts": [p.get_content_type() for p in parts],
        "text": body(parts, "text/plain"),
        "html": body(parts, "text/html"),
        # The part that mail programs act on, and the file a person can open.
        "ics": calendar(parts, attached=False),
        "attached_ics": calendar(parts, attached=True),
        "headers": {name.lower(): str(value) for name, value in message.items()},
        "envelope": envelope(message),
        "defects": [f"{type(d).__name__}: {d}" for p in message.walk() for d in p.defects],
    }


def header(message: EmailMessage, name: str) -> str | None:
    value = message.get(name)
    return None if value is None else str(value)


def body(parts: list[EmailMessage], kind: str) -> str | None:
    """The first part of a kind, decoded, with `\\n` at line ends."""
    for part in parts:
        if part.get_content_type() == kind and not part.is_attachment():
            return part.get_content().replace("\r\n", "\n")
    return None


def calendar(parts: list[EmailMessage], attached: bool) -> dict | None:
    """The method said in the part's header must be the one in the calendar: both are given.

    Each session is a file of its own; their events are given together."""
    whole = None
    for part in parts:
        if part.get_content_type() == "text/calendar" and part.is_attachment() == attached:
            found = parsed(part.get_payload(decode=True))
            if whole is None:
                whole = {"content_type_method": part.get_param("method"), **found}
            else:
                whole["events"] += found["events"]
    return whole
    return None


def envelope(message: EmailMessage) -> dict | None:
    """To whom the mail server was told to bring it; only smtp-sink's files know."""
    found = {
        word: [str(v).strip().strip("<>") for v in message.get_all(name, [])]
        for name, word in ENVELOPE.items()
    }
    return found if any(found.values()) else None


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print(__doc__, file=sys.stderr)
        return 2
    found = []
    for file in sorted(p for p in Path(arguments[0]).iterdir() if p.is_file()):
        try:
            found.append({"file": file.name, **letter(file.read_bytes())})
        except (OSError, ValueError, LookupError) as why:
            print(f"{file}: {why}", file=sys.stderr)
            return 1
    show(found)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
