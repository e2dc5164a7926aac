"""An artifact of a container registry, by the OCI distribution API: manifest, layers, each by its digest."""

import asyncio
import base64
import hashlib
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec

from bascule.core.errors import InputError, TargetError
from bascule.core.problems import Problem
from bascule.delegate.sources.download import check, download, http, require_digest, unreachable
from bascule.delegate.sources.folders import below
from bascule.delegate.sources.unpack import unpack
from bascule.wire.jobs import OciSource

_REFERENCE = re.compile(r"^(?P<host>[^/@]+)/(?P<path>[a-z0-9._/-]+?)(?::(?P<tag>[\w][\w.-]{0,127}))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?$")
_MANIFESTS = ("application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json")
_TITLE = "org.opencontainers.image.title"
_CHALLENGE = re.compile(r'(\w+)="([^"]*)"')
_LOCAL = re.compile(r"^(localhost|127\.0\.0\.1)(:\d+)?$")
_MAX_MANIFEST_BYTES = 4 * 2**20


async def fetch_artifact(source: OciSource, folder: Path, secrets: dict[str, str], say: Callable[[str], None]) -> str:
    """The artifact's files in the folder; the digest of its manifest. Raises InputError or TargetError."""
    found = _REFERENCE.match(source.reference)
    if found is None:
        fix = "registry/repository:tag, or registry/repository@sha256:…"
        raise InputError(Problem(code="SRC-006", what=f"'{source.reference}' names no artifact of a registry", fix=fix))
    wanted = found["digest"] or found["tag"] or "latest"
    username = secrets[source.username_secret] if source.username_secret else source.username
    password = secrets[source.password_secret] if source.password_secret else None
    async with http(source.ca) as client:
        scheme = "http" if _LOCAL.match(found["host"]) and source.ca is None else "https"
        registry = _Registry(
            client, f"{scheme}://{found['host']}", found["path"], (username or "", password) if password is not None else None
        )
        manifest, digest = await registry.manifest(wanted)
        folder.mkdir(parents=True, exist_ok=True)
        for layer in manifest.get("layers") or []:
            await _place(registry, layer, folder, source.reference)
    say(f"{source.reference} at {digest[:19]}")
    return digest


async def _place(registry: "_Registry", layer: dict[str, Any], folder: Path, where: str) -> None:
    """A layer with a title is a file of that name, any other an archive."""
    title = (layer.get("annotations") or {}).get(_TITLE)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetch-") as held:
        blob = Path(held, "blob")
        await registry.blob(str(layer["digest"]), blob)
        kind = str(layer.get("mediaType", ""))
        if title is not None and not (kind.endswith(("tar", "tar+gzip")) and "unpack" in str(layer.get("annotations"))):
            target = below(folder, str(title))
            target.parent.mkdir(parents=True, exist_ok=True)
            blob.replace(target)
        else:
            unpacked = Path(held, "unpacked")
            await asyncio.to_thread(unpack, blob, unpacked, where)
            for path in unpacked.iterdir():
                path.replace(folder / path.name)


class _Registry:
    """One repository of a registry, with the token it gives for it."""

    def __init__(self, client: httpx.AsyncClient, base: str, path: str, login: tuple[str, str] | None) -> None:
        self._client, self._base, self._path, self._login = client, base, path, login
        self._headers: dict[str, str] = {}

    async def manifest(self, reference: str) -> tuple[dict[str, Any], str]:
        url = f"{self._base}/v2/{self._path}/manifests/{reference}"
        headers = {"Accept": ", ".join(_MANIFESTS)}
        try:
            answer = await self._client.get(url, headers=headers)
            if answer.status_code == 401:
                await self._log_in(answer.headers.get("www-authenticate", ""))
                answer = await self._client.get(url, headers={**headers, **self._headers})
        except httpx.TransportError as error:
            raise unreachable(url, error) from error
        check(answer, url)
        if len(answer.content) > _MAX_MANIFEST_BYTES:
            raise InputError(Problem(code="SRC-015", what="the manifest is larger than 4 MiB", where=url))
        digest = f"sha256:{hashlib.sha256(answer.content).hexdigest()}"
        require_digest(reference if reference.startswith("sha256:") else None, digest.removeprefix("sha256:"), url)
        try:
            manifest = msgspec.json.decode(answer.content, type=dict[str, Any])
        except msgspec.DecodeError as error:
            raise TargetError(Problem(code="SRC-017", what="the registry's answer is no manifest", where=url, why=str(error))) from error
        if "layers" not in manifest:
            fix = "name the artifact itself, not an index of images for several platforms"
            raise InputError(Problem(code="SRC-017", what="this manifest has no layers", where=url, fix=fix))
        return manifest, digest

    async def blob(self, digest: str, target: Path) -> None:
        url = f"{self._base}/v2/{self._path}/blobs/{digest}"
        found = await download(self._client, url, target, self._headers)
        require_digest(digest, found, url)

    async def _log_in(self, challenge: str) -> None:
        """By password, or by a token from where the registry says: asked with the password only over TLS, or of this machine."""
        scheme, _, rest = challenge.partition(" ")
        if scheme.lower() == "basic" and self._login is not None:
            self._headers = {"Authorization": "Basic " + base64.b64encode(":".join(self._login).encode()).decode()}
            return
        facts = dict(_CHALLENGE.findall(rest))
        if scheme.lower() != "bearer" or "realm" not in facts:
            return
        realm = httpx.URL(facts.pop("realm"))
        safe = realm.scheme == "https" or self._base.startswith("http://")
        auth = self._login if safe else None
        facts.setdefault("scope", f"repository:{self._path}:pull")
        try:
            answer = await self._client.get(realm, params=facts, auth=auth)
        except httpx.TransportError as error:
            raise unreachable(str(realm), error) from error
        check(answer, str(realm))
        told = msgspec.json.decode(answer.content, type=dict[str, Any])
        self._headers = {"Authorization": f"Bearer {told.get('token') or told.get('access_token')}"}
