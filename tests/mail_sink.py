"""A mail server that keeps a record: each letter is on the disk before its receipt is answered.

    python3 tests/mail_sink.py --log FILE --port-file FILE [--mean-delay SECONDS] [--mode MODE]

Runs as a process of its own, so that nothing which happens to the service touches the record. FILE
gets one JSON line for each letter taken: when, Message-ID, receiver, hash of its bytes. MODE makes
it misbehave; MODES lists how.
"""

import argparse
import asyncio
import hashlib
import json
import os
import random
import ssl
import time
from pathlib import Path

# How it misbehaves, and what the ledger must make of it: the state of the letters after one turn.
MODES = {
    "good": "sent",
    "421-at-connect": "planned",
    "450-at-rcpt": "planned",
    "451-at-rcpt": "planned",
    "452-at-data": "planned",
    "550-at-rcpt": "failed",
    "552-after-data": "failed",
    "554-after-data": "failed",
    "close-in-data": "uncertain",
    "drop-before-reply": "uncertain",
    "late-reply": "sent",
    "slow-replies": "sent",
    "black-hole": "planned",
    "no-starttls": "planned",
    "wrong-tls-name": "planned",
    "greylist": "planned",
    "no-extensions": "sent",
    "rset-after-error": "mixed",
    "refuses-sender": "planned",
}


class Server:
    def __init__(self, options: argparse.Namespace):
        self.mode = options.mode
        self.mean = options.mean_delay
        self.late = options.late
        self.log = open(options.log, "a", encoding="utf-8")
        self.seen: set[str] = set()
        self.asked = 0
        self.random = random.Random(options.seed)
        self.tls = None
        if options.certificate:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(options.certificate, options.key)

    def record(self, to: str, body: bytes) -> None:
        head = body.split(b"\r\n\r\n", 1)[0].decode("ascii", "replace")
        found = [line for line in head.split("\r\n") if line.lower().startswith("message-id:")]
        line = {
            "at": time.time(),
            "id": found[0].split(":", 1)[1].strip(" <>") if found else None,
            "to": to,
            "hash": hashlib.sha256(body).hexdigest(),
        }
        self.log.write(json.dumps(line) + "\n")
        self.log.flush()
        os.fsync(self.log.fileno())

    async def answer(self, writer: asyncio.StreamWriter, text: str) -> None:
        data = f"{text}\r\n".encode()
        if self.mode == "slow-replies":
            for i in range(len(data)):
                writer.write(data[i : i + 1])
                await writer.drain()
                await asyncio.sleep(self.late / 100)
            return
        writer.write(data)
        await writer.drain()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self.converse(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, TimeoutError):
            pass
        finally:
            writer.close()

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        mode = self.mode
        if mode == "black-hole":
            await reader.read()
            return
        if mode == "421-at-connect":
            await self.answer(writer, "421 4.3.2 too busy")
            return
        await self.answer(writer, "220 sink ready")
        to = ""
        while line := (await reader.readline()).decode("utf-8", "replace").strip():
            word = line.split(" ")[0].upper()
            if word == "EHLO":
                offers = ["PIPELINING", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"]
                if mode == "no-extensions":
                    offers = []
                if mode == "wrong-tls-name" and self.tls:
                    offers.append("STARTTLS")
                lines = ["sink", *offers]
                text = "\r\n".join(
                    f"250{'-' if i < len(lines) - 1 else ' '}{offer}" for i, offer in enumerate(lines)
                )
                await self.answer(writer, text)
            elif word == "STARTTLS" and self.tls:
                await self.answer(writer, "220 go on")
                await writer.start_tls(self.tls)
            elif word == "MAIL":
                refused = mode == "refuses-sender"
                await self.answer(writer, "550 5.7.1 not from you" if refused else "250 ok")
            elif word == "RCPT":
                to = line
                code = {"450-at-rcpt": 450, "451-at-rcpt": 451, "550-at-rcpt": 550}.get(mode)
                self.asked += 1
                if mode == "greylist" and to not in self.seen:
                    self.seen.add(to)
                    code = 451
                if mode == "rset-after-error" and self.asked % 2:
                    code = 550
                await self.answer(writer, f"{code} {code // 100}.1.1 no" if code else "250 ok")
            elif word == "DATA":
                if mode == "452-at-data":
                    await self.answer(writer, "452 4.3.1 full")
                    continue
                await self.answer(writer, "354 go on")
                if mode == "close-in-data":
                    await reader.readline()
                    return
                body = await self.letter(reader)
                if mode in ("552-after-data", "554-after-data"):
                    await self.answer(writer, f"{mode[:3]} 5.2.2 no")
                    continue
                self.record(to, body)
                if mode == "drop-before-reply":
                    return
                if mode == "late-reply":
                    await asyncio.sleep(self.late)
                elif self.mean:
                    await asyncio.sleep(self.random.uniform(0, 2 * self.mean))
                await self.answer(writer, "250 2.0.0 taken")
            elif word == "QUIT":
                await self.answer(writer, "221 bye")
                return
            else:
                await self.answer(writer, "250 ok")

    async def letter(self, reader: asyncio.StreamReader) -> bytes:
        """The bytes up to the dot; one that breaks off before it is no letter."""
        body = bytearray()
        while (line := await reader.readline()) != b".\r\n":
            if not line.endswith(b"\n"):
                raise ConnectionError("broke off")
            body += line[1:] if line.startswith(b".") else line
        return bytes(body)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--log", required=True)
    parser.add_argument("--port-file", required=True)
    parser.add_argument("--mean-delay", type=float, default=0.0)
    parser.add_argument("--late", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mode", choices=sorted(MODES), default="good")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    options = parser.parse_args()
    server = await asyncio.start_server(Server(options).serve, "127.0.0.1", 0, backlog=512)
    port = server.sockets[0].getsockname()[1]
    ready = Path(options.port_file)
    ready.with_suffix(".part").write_text(str(port), encoding="ascii")
    ready.with_suffix(".part").rename(ready)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
