"""mysql, or mariadb, as it is called there: a script may have `source`, `delimiter` and its other commands."""

import re
import subprocess
from typing import Literal

import msgspec

from bascule.core.errors import InputError
from bascule.core.problems import Problem
from bascule.engine.access.memory_files import Keep, keep_in
from bascule.engine.access.pem import is_encrypted
from bascule.engine.clients import CLIENTS
from bascule.engine.clients.base import Call, Client, Command
from bascule.engine.dialects.connecting import Login, entered, honoured_options
from bascule.engine.dialects.mariadb.tls import wanted
from bascule.engine.dialects.mariadb.url_options import URL_OPTIONS


def _command(call: Call) -> Command:
    """The login is in a file that only we may read."""
    login = entered(call.login)
    host, port = login.via or (login.url.host, login.url.port)
    lines = ["[client]", "protocol=TCP", f"host={host}", f"port={port}", *_tls(call.program, login, keep_in(call.folder))]
    if login.username:
        lines.append(f"user={_quoted(login.username)}")
    if login.password is not None:
        lines.append(f"password={_quoted(login.password.reveal())}")
    secret = call.folder / "login.cnf"
    secret.touch(mode=0o600)
    secret.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Command(
        argv=(call.program, f"--defaults-extra-file={secret}", "--batch", *call.arguments, call.schema or login.url.database),
        reads_script=True,
    )


def _tls(program: str, login: Login, keep: Keep) -> list[str]:
    """MariaDB's client has no `ssl-mode`, MySQL's no `ssl-verify-server-cert`, and both end at an option they do not know."""
    options, _ = honoured_options(login.url, URL_OPTIONS)
    asked = wanted(options, login)
    modes = _MARIADB if _is_mariadb(program) else _MYSQL
    if login.via is not None and "name" in modes[asked.mode].checks:
        instead = "require" if modes is _MARIADB else "verify-ca"
        raise _not_by_client("cannot check the name of a server behind a tunnel", f"set the TLS mode to {instead}", login)
    if asked.passphrase and asked.key is not None and is_encrypted(asked.key):
        raise _not_by_client("takes no encrypted key", "give the key without passphrase", login)
    lines = [*modes[asked.mode].lines]
    if asked.mode == "disable":
        return lines  # MariaDB's takes an authority for the wish to use it
    for name, content in (("ca", asked.ca), ("cert", asked.certificate), ("key", asked.key)):
        if content is not None:
            lines.append(f"ssl-{name}={keep(f'{name}.pem', content)}")
    if asked.verifies and asked.ca is None:
        lines.append("ssl-capath=/etc/ssl/certs")
    return lines


class _Mode(msgspec.Struct, frozen=True):
    """What stands in the option file for a mode, and what of the certificate the client checks then."""

    lines: tuple[str, ...]
    checks: Literal["nothing", "authority", "authority and name"] = "nothing"


_MYSQL = {
    "disable": _Mode(("ssl-mode=DISABLED",)),
    "prefer": _Mode(("ssl-mode=PREFERRED",)),
    "require": _Mode(("ssl-mode=REQUIRED",)),
    "verify-ca": _Mode(("ssl-mode=VERIFY_CA",), "authority"),
    "verify-full": _Mode(("ssl-mode=VERIFY_IDENTITY",), "authority and name"),
}
_BOTH_OR_NOTHING = _Mode(("ssl", "ssl-verify-server-cert"), "authority and name")
_MARIADB = {
    "disable": _Mode(("skip-ssl",)),
    "prefer": _Mode(("skip-ssl-verify-server-cert",)),  # from 11.4 on it checks unless told not to
    "require": _Mode(("ssl", "skip-ssl-verify-server-cert")),
    "verify-ca": _BOTH_OR_NOTHING,
    "verify-full": _BOTH_OR_NOTHING,
}


def _is_mariadb(program: str) -> bool:
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return "mariadb" in done.stdout.lower()


def _not_by_client(what: str, instead: str, login: Login) -> InputError:
    fix = f"leave runWith out, or {instead}"
    return InputError(Problem(code="CON-047", what=f"the client mysql {what}", where=login.url.shown, fix=fix))


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


MYSQL = CLIENTS.add("mysql")(
    Client(
        name="mysql",
        programs=("mysql", "mariadb"),
        dialects=frozenset({"mysql", "mariadb"}),
        command=_command,
        complaint=re.compile(r"^ERROR \d+ \(\w+\) at line (?P<line>\d+)[^:\n]*: (?P<text>[^\n]*)(?P<rest>.*)", re.MULTILINE | re.DOTALL),
    )
)
