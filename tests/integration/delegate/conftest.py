"""Servers for sources: HTTP, HTTPS, S3."""

import hashlib
import json
import os
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.delegate.shelf import PASSWORD, Shelf, serving, zipped
from tests.kubesim import tls


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with serving(Shelf(), None) as running:
        yield running


@pytest.fixture
def secure_shelf(tmp_path: Path) -> Iterator[Shelf]:
    certificate, key, ca = tls.make(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    held = Shelf()
    held.ca = ca
    with serving(held, context) as running:
        yield running


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A real S3 server (SeaweedFS) with a bucket; the options that reach it."""
    folder = tmp_path_factory.mktemp("s3")
    identities = {"identities": [{"name": "robot", "credentials": [{"accessKey": "robot", "secretKey": PASSWORD}], "actions": ["Admin"]}]}
    (folder / "s3.json").write_text(json.dumps(identities))
    services = ("master", "volume", "filer", "s3")
    ports, grpc = [_free_port() for _ in services], [_free_port() for _ in services]
    weed = Path(sys.executable).with_name("weed")
    argv = [str(weed), "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-dir={folder}", "-s3", f"-s3.config={folder / 's3.json'}"]
    argv += [f"-{name}.port={port}" for name, port in zip(services, ports, strict=True)]
    argv += [f"-{name}.port.grpc={port}" for name, port in zip(services, grpc, strict=True)]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    with subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, cwd=folder) as server:
        try:
            options = {"endpoint": f"http://127.0.0.1:{ports[3]}", "region": "us-east-1", "access_key_id": "robot"}
            _wait_for(options)
            yield options
        finally:
            server.kill()  # its peaceful end takes ten seconds
            for port in (*ports, *grpc):
                for left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):  # where it puts them, whatever it is told
                    left.unlink(missing_ok=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(options: dict[str, str]) -> None:
    """Until it makes the bucket and takes what the tests will ask for."""
    import obstore

    deadline = time.monotonic() + 120
    while True:
        try:
            request = urllib.request.Request(options["endpoint"] + "/changes", method="PUT", headers=_signed(options))
            with urllib.request.urlopen(request, timeout=5):
                pass
            store = _store(options)
            obstore.put(store, "releases/v1.zip", zipped({"changelog.yaml": b"one"}))
            obstore.put(store, "main/changelog.yaml", b"two")
            obstore.put(store, "main/sql/a.sql", b"select 1")
        except Exception:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        else:
            return


def _store(options: dict[str, str]) -> Any:
    from obstore.store import S3Store

    return S3Store("changes", config={**options, "secret_access_key": PASSWORD}, client_options={"allow_http": True})


def _signed(options: dict[str, str]) -> dict[str, str]:
    """AWS's signature, version 4, of an empty PUT /changes."""
    import hmac
    from datetime import UTC, datetime

    now = datetime.now(UTC)
    stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
    host, empty = options["endpoint"].removeprefix("http://"), hashlib.sha256(b"").hexdigest()
    canonical = (
        f"PUT\n/changes\n\nhost:{host}\nx-amz-content-sha256:{empty}\nx-amz-date:{stamp}\n\nhost;x-amz-content-sha256;x-amz-date\n{empty}"
    )
    scope = f"{day}/us-east-1/s3/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"AWS4{PASSWORD}".encode()
    for part in (day, "us-east-1", "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    said = f"AWS4-HMAC-SHA256 Credential=robot/{scope}, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature={signature}"
    return {"authorization": said, "x-amz-date": stamp, "x-amz-content-sha256": empty}
