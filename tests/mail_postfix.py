"""A real mail server between the service and a mailbox: Postfix with STARTTLS and AUTH.

    python3 tests/mail_postfix.py BINARY

A Postfix of its own (private configuration, queue, port) takes the letters over TLS from a user with
a password and puts them into a Maildir. What arrived is read as a mail program reads it and its DKIM
signature verified by `dkimpy`. Three letters to a mailbox that is not there come back as delivery
reports and block the address. Postfix changes its user, so this needs root; where it cannot run it
says so and ends with 77.
"""

import base64
import os
import subprocess
import sys
import time

import dkim
from mail_check import letter
from mail_house import House
from postfix import PROGRAM, Postfix

NAME = "m1._domainkey.trial.example"
PROGRAMS = [PROGRAM, "/usr/sbin/saslpasswd2", "/usr/bin/openssl"]
LETTERS = 20


def main() -> int:
    missing = [program for program in PROGRAMS if not os.path.exists(program)]
    if missing or os.geteuid() != 0:
        print(f"cannot run: {', '.join(missing) + ' is not there' if missing else 'not root'}")
        return 77
    house, post = House(sys.argv[1], None, people=600, seed=1), Office()
    try:
        post.start(house.people)
        faults = trial(house, post)
    finally:
        post.stop()
        house.close()
    for fault in faults:
        print("  FAULT", fault)
    return 1 if faults else 0


def trial(house: House, post: "Office") -> list[str]:
    key = house.folder / "dkim.pem"
    subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
    public = subprocess.run(
        ["openssl", "pkey", "-in", key, "-pubout", "-outform", "DER"], check=True, capture_output=True
    )
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public.stdout)
    url = f"smtp://office:s3cret%20word@localhost:{post.port}?tls=required"
    trusted = {
        "PRASHIKSHAN_SMTP_URL": f"{url}&ca={post.folder}/tls.crt",
        "PRASHIKSHAN_DKIM_KEY": f"{NAME}\n{key.read_text(encoding='ascii')}",
        "PRASHIKSHAN_BOUNCE_MAILDIR": str(post.mail / "training"),
    }
    faults = []
    began = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime())
    house.run("mail", "pause", "--reason", "trial")
    house.seat(LETTERS)
    house.run("remind", "run", **trusted)
    house.run("mail", "resume")
    given = sum(house.states().values())
    gone = house.ledger.rows(
        "select person_id from letters where kind = 'confirmation' order by id limit 1"
    )[0][0]
    nobody = "nobody@trial.example"
    house.ledger.do(
        f"update emails set address = '{nobody}', folded = '{nobody}' where person_id = {gone}"
    )
    # A server whose certificate nobody vouches for gets no letter, nor does one from a stranger.
    for what, bad in [
        ("no certificate that is trusted", url),
        ("a wrong password", trusted["PRASHIKSHAN_SMTP_URL"].replace("s3cret", "wrong")),
    ]:
        again(house)
        house.run("remind", "run", **{**trusted, "PRASHIKSHAN_SMTP_URL": bad})
        if house.states() != {"planned": given}:
            faults.append(f"{what}: {house.states()}")
    again(house)
    house.run("remind", "run", **trusted)
    if house.states() != {"sent": given}:
        faults.append(f"after the turn: {house.states()}")
    # Whatever else was due went with them; the demo's own past came before.
    sent = house.ledger.rows(f"select count(*) from letters where state = 'sent' and sent_at >= '{began}'")
    wanted = sent[0][0] - 1
    arrived = post.wait("all", wanted)
    faults += [fault for data in arrived for fault in judge(data, record)]
    if len(arrived) != wanted:
        faults.append(f"{len(arrived)} of {wanted} arrived")
    hindi = sum("प्रशिक्षण" in str(letter(data)["subject"]) for data in arrived)
    if not hindi:
        faults.append("no letter has a Hindi subject")
    calendars = sum(letter(data)["ics"] is not None for data in arrived)
    if not calendars:
        faults.append("no letter has a calendar part")
    faults += comes_back(house, post, trusted, gone, nobody)
    print(
        f"Postfix: {len(arrived)} letters over TLS with AUTH, {hindi} with a Hindi subject, "
        f"{calendars} with a calendar part, every DKIM signature holds; an untrusted certificate and a "
        "wrong password send nothing; three reports block an address"
    )
    return faults


def again(house: House) -> None:
    house.ledger.do(
        "update letters set attempts = 0, due_at = created_at, next_try_at = created_at "
        "where state = 'planned' and kind = 'confirmation'"
    )


def judge(data: bytes, record: bytes) -> list[str]:
    def dns(name: bytes, timeout: float = 5) -> bytes | None:
        return record if name.rstrip(b".").decode() == NAME else None

    faults = []
    message = data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    if not dkim.verify(message, dnsfunc=dns):
        faults.append("a DKIM signature does not hold")
    read = letter(data)
    if read["defects"]:
        faults.append(f"defects: {read['defects']}")
    if read["ics"] and (read["ics"]["content_type_method"] != "REQUEST" or not read["ics"]["events"]):
        faults.append(f"calendar: {read['ics']}")
    return faults


def comes_back(house: House, post: "Office", env: dict, gone, nobody: str) -> list[str]:
    """The first letter has come back; two more, each a new seat, and the address is blocked."""
    for n in range(3):
        post.wait("training", n + 1, ("new", "cur"))
        house.run("remind", "run", **env)
        if n == 2:
            break
        # The same letter once more, as if it were another: by hand, on its page.
        house.ledger.do(
            "update letters set state = 'planned', sent_at = null, attempts = 0, due_at = created_at, "
            f"next_try_at = created_at where kind = 'confirmation' and person_id = {gone}"
        )
        house.run("remind", "run", **env)
    blocked = house.ledger.rows("select folded from blocked_addresses")
    counted = house.ledger.rows("select count(*) from bounces where is_final")[0][0]
    if blocked != [(nobody,)] or counted != 3:
        return [f"blocked {blocked}, {counted} counted"]
    return []


class Office(Postfix):
    """Takes letters over TLS from a user with a password, and puts them into Maildirs."""

    def start(self, people: list) -> None:
        f = self.folder
        (f / "sasl").mkdir(mode=0o755)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:false",
             "-keyout", f / "tls.key", "-out", f / "tls.crt"], check=True, capture_output=True,
        )
        boxes = [f"p{p}@trial.example all/" for p in people] + ["training@trial.example training/"]
        (f / "boxes").write_text("\n".join(boxes) + "\n", encoding="ascii")
        (f / "sasl" / "smtpd.conf").write_text(
            f"pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: {f}/sasldb2\n"
            "mech_list: PLAIN LOGIN\n", encoding="ascii",
        )
        subprocess.run(
            ["saslpasswd2", "-p", "-c", "-f", f / "sasldb2", "-u", "trial.example", "office"],
            input=b"s3cret word", check=True, capture_output=True,
        )
        os.chown(f / "sasldb2", self.user.pw_uid, self.user.pw_gid)
        self.begin(SETTINGS)

    def wait(self, box: str, count: int, folders=("new",)) -> list[bytes]:
        for _ in range(300):
            files = [p for name in folders for p in sorted((self.mail / box / name).glob("*"))]
            if len(files) >= count:
                break
            time.sleep(0.1)
        return [file.read_bytes() for file in files]


SETTINGS = """virtual_mailbox_domains = trial.example
virtual_mailbox_base = {f}/mail
virtual_mailbox_maps = texthash:{f}/boxes
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
smtpd_reject_unlisted_recipient = no
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = {f}/tls.crt
smtpd_tls_key_file = {f}/tls.key
smtpd_sasl_auth_enable = yes
smtpd_sasl_local_domain = trial.example
cyrus_sasl_config_path = {f}/sasl
"""


if __name__ == "__main__":
    sys.exit(main())
