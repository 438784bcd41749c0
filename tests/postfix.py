"""A Postfix of one's own: private configuration, queue and port, on the loopback.

It changes its user, so it needs root.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

PROGRAM = "/usr/sbin/postfix"


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Postfix:
    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="prashikshan-postfix-"))
        self.folder.chmod(0o755)
        self.mail = self.folder / "mail"
        self.port = free_port()
        self.user = pwd.getpwnam("postfix")

    def begin(self, settings: str) -> None:
        """Starts it with some lines of main.cf more; `{f}`, `{uid}`, `{gid}` stand for its own."""
        f = self.folder
        for name in ("queue", "data", "mail", "sasl"):
            (f / name).mkdir(mode=0o755, exist_ok=True)
        os.chown(f / "data", self.user.pw_uid, self.user.pw_gid)
        os.chown(f / "mail", self.user.pw_uid, self.user.pw_gid)
        main = (MAIN + settings).format(f=f, uid=self.user.pw_uid, gid=self.user.pw_gid)
        (f / "main.cf").write_text(main, encoding="ascii")
        (f / "master.cf").write_text(MASTER.format(port=self.port), encoding="ascii")
        self.postfix("start")

    def postfix(self, word: str) -> None:
        done = subprocess.run([PROGRAM, "-c", self.folder, word], capture_output=True, text=True, check=False)
        if done.returncode and word == "start":
            log = self.folder / "log"
            raise RuntimeError(done.stderr + (log.read_text(encoding="utf-8") if log.exists() else ""))

    def stop(self) -> None:
        self.postfix("stop")
        shutil.rmtree(self.folder, ignore_errors=True)


MAIN = """compatibility_level = 3.6
queue_directory = {f}/queue
data_directory = {f}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file_prefixes = {f}
maillog_file = {f}/log
myhostname = mail.trial.example
mydestination =
mynetworks =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
alias_maps =
smtputf8_enable = no
"""

MASTER = """127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""
