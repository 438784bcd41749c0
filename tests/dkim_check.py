"""Verifies the signatures of letters as a receiver would: `dkimpy` (RFC 6376, RFC 8463).

    python3 tests/dkim_check.py FOLDER NAME RECORD

FOLDER holds `.eml` files; NAME (`m1._domainkey.example.org`) has RECORD in a DNS of its own. Prints
a JSON list in the order of the file names: whether the signature holds, which headers it covers, and
whether it still holds with each covered header altered in turn, and with a byte of the text altered.
"""

import json
import sys
from pathlib import Path

import dkim


def check(data: bytes, name: str, record: str) -> dict:
    def dns(asked: bytes, timeout: float = 5) -> bytes | None:
        known = asked.rstrip(b".").decode() == name
        return record.encode() if known else None

    def holds(message: bytes) -> bool:
        try:
            return dkim.verify(message, dnsfunc=dns)
        except dkim.DKIMException:
            return False

    head, body = data.split(b"\r\n\r\n", 1)
    signature = unfolded(head)["dkim-signature"]
    tags = dict(part.strip().split("=", 1) for part in signature.split(";") if "=" in part)
    covered = tags["h"].replace(" ", "").split(":")
    altered = {}
    for header in covered:
        changed = b"\r\n".join(
            line + b"x" if line.lower().startswith(header.encode() + b":") else line
            for line in head.split(b"\r\n")
        )
        # One that is not there must not be added either.
        if changed == head:
            changed = head + b"\r\n" + header.encode() + b": <https://evil.example>"
        altered[header] = holds(changed + b"\r\n\r\n" + body)
    middle = len(body) // 2
    while not chr(body[middle]).isalnum():
        middle += 1
    other = body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]
    return {
        "holds": holds(data),
        "algorithm": tags["a"],
        "canonicalization": tags["c"],
        "covered": covered,
        "altered": altered,
        "altered_text": holds(head + b"\r\n\r\n" + other),
    }


def unfolded(head: bytes) -> dict[str, str]:
    lines = head.decode("ascii").replace("\r\n ", " ").replace("\r\n\t", " ").split("\r\n")
    return {name.lower(): value.strip() for name, _, value in (l.partition(":") for l in lines)}


if __name__ == "__main__":
    folder, name, record = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    files = sorted(folder.glob("*.eml"))
    print(json.dumps([check(file.read_bytes(), name, record) for file in files]))
