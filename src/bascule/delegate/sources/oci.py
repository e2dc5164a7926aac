"""An artifact of a container registry, by the OCI distribution API: manifest, layers, each by its digest."""

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
from bascule.delegate.sources.download import check, download, http, require_digest, shown, unreachable
from bascule.delegate.sources.folders import below
from bascule.delegate.sources.unpack import unpack
from bascule.wire.jobs import OciSource

_REFERENCE = re.compile(r"^(?P<host>[^/@]+)/(?P<path>[a-z0-9._/-]+?)(?::(?P<tag>[\w][\w.-]{0,127}))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?$")
_HOST = re.compile(r"^[A-Za-z0-9.-]+(:\d+)?$")
_MANIFESTS = ("application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json")
_INDEXES = ("application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json")
_DIGEST = re.compile(r"^sha256:[0-9a-f]{64}$")
_TITLE = "org.opencontainers.image.title"
_CHALLENGE = re.compile(r'(\w+)="([^"]*)"')
_LOCAL = re.compile(r"^(localhost|127\.0\.0\.1)(:\d+)?$")
_MAX_MANIFEST_BYTES = 4 * 2**20


async def fetch_artifact(source: OciSource, folder: Path, secrets: dict[str, str], say: Callable[[str], None]) -> str:
    """The artifact's files in the folder; the digest of its manifest. Raises InputError or TargetError.

    Of a registry alone (`host`, no repository) nothing is fetched: it has let us in when this returns.
    """
    if _HOST.match(source.reference):
        return await _let_in(source, folder, secrets)
    found = _REFERENCE.match(source.reference)
    if found is None:
        fix = "registry/repository:tag, or registry/repository@sha256:…"
        raise InputError(Problem(code="SRC-006", what=f"'{source.reference}' names no artifact of a registry", fix=fix))
    wanted = found["digest"] or found["tag"] or "latest"
    async with http(source.ca) as client:
        registry = _Registry(client, _base(source, found["host"]), found["path"], _login(source, secrets))
        manifest, digest = await registry.manifest(wanted)
        folder.mkdir(parents=True, exist_ok=True)
        for layer in manifest.get("layers") or []:
            await _place(registry, layer, folder, source.reference)
    say(f"{source.reference} at {digest[:19]}")
    return digest


async def _let_in(source: OciSource, folder: Path, secrets: dict[str, str]) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    async with http(source.ca) as client:
        await _Registry(client, _base(source, source.reference), "", _login(source, secrets)).ping()
    return ""


def _base(source: OciSource, host: str) -> str:
    return f"{'http' if _LOCAL.match(host) and source.ca is None else 'https'}://{host}"


def _login(source: OciSource, secrets: dict[str, str]) -> tuple[str, str] | None:
    if source.password_secret is None:
        return None
    return (secrets[source.username_secret] if source.username_secret else source.username or "", secrets[source.password_secret])


async def _place(registry: "_Registry", layer: dict[str, Any], folder: Path, where: str) -> None:
    """A layer with a title is a file of that name, any other an archive."""
    title = (layer.get("annotations") or {}).get(_TITLE)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetch-") as held:
        blob = Path(held, "blob")
        await registry.blob(str(layer.get("digest")), blob)
        kind = str(layer.get("mediaType", ""))
        if title is not None and not (kind.endswith(("tar", "tar+gzip")) and "unpack" in str(layer.get("annotations"))):
            target = below(folder, str(title))
            if target == folder.resolve() or target.is_dir():
                raise InputError(Problem(code="SRC-012", what=f"the layer's title '{title}' is no name for a file", where=where))
            target.parent.mkdir(parents=True, exist_ok=True)
            blob.replace(target)
        else:
            await unpack(blob, folder, where, may_replace=True)


def _is_layer(entry: object) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("annotations") or {}, dict)


def _platform(entry: dict[str, Any]) -> str:
    platform = entry.get("platform") or {}
    return f"{entry['digest']} ({platform.get('os', '?')}/{platform.get('architecture', '?')})" if platform else str(entry["digest"])


class _Registry:
    """One repository of a registry, with the token it gives for it."""

    def __init__(self, client: httpx.AsyncClient, base: str, path: str, login: tuple[str, str] | None) -> None:
        self._client, self._base, self._path, self._login = client, base, path, login
        self._headers: dict[str, str] = {}

    async def ping(self) -> None:
        """Raises TargetError unless it lets us in."""
        await self._get(f"{self._base}/v2/", {})

    async def manifest(self, reference: str) -> tuple[dict[str, Any], str]:
        """The manifest with its digest; of an index that lists one artifact, that one's."""
        manifest, digest = await self._manifest(reference)
        listed = [entry for entry in manifest.get("manifests") or [] if isinstance(entry, dict) and entry.get("digest")]
        if len(listed) == 1:
            manifest, digest = await self._manifest(str(listed[0]["digest"]))
        elif listed:
            names = ", ".join(_platform(entry) for entry in listed[:5])
            fix = "name the one that is meant by its digest: repository@sha256:…"
            raise InputError(
                Problem(code="SRC-017", what=f"this is an index of {len(listed)} artifacts", where=self._path, why=names, fix=fix)
            )
        if not isinstance(manifest.get("layers"), list) or not all(map(_is_layer, manifest["layers"])):
            raise InputError(
                Problem(code="SRC-017", what="this manifest has no layers", where=self._path, fix="name an artifact with files")
            )
        return manifest, digest

    async def _manifest(self, reference: str) -> tuple[dict[str, Any], str]:
        url = f"{self._base}/v2/{self._path}/manifests/{reference}"
        content = await self._get(url, {"Accept": ", ".join((*_MANIFESTS, *_INDEXES))})
        digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
        require_digest(reference if reference.startswith("sha256:") else None, digest.removeprefix("sha256:"), url)
        try:
            return msgspec.json.decode(content, type=dict[str, Any]), digest
        except msgspec.DecodeError as error:
            raise TargetError(Problem(code="SRC-017", what="the registry's answer is no manifest", where=url, why=str(error))) from error

    async def _get(self, url: str, headers: dict[str, str]) -> bytes:
        """Asked once more with what the registry's challenge asks for."""
        answer, content = await self._ask(url, headers | self._headers)
        if answer.status_code == 401 and not self._headers:
            await self._log_in(answer.headers.get("www-authenticate", ""))
            answer, content = await self._ask(url, headers | self._headers)
        check(answer, url)
        return content

    async def _ask(
        self, url: str, headers: dict[str, str], params: dict[str, str] | None = None, auth: tuple[str, str] | None = None
    ) -> tuple[httpx.Response, bytes]:
        content = bytearray()
        try:
            async with self._client.stream("GET", url, headers=headers, params=params, auth=auth) as answer:
                async for chunk in answer.aiter_bytes():
                    content += chunk
                    if len(content) > _MAX_MANIFEST_BYTES:
                        raise InputError(Problem(code="SRC-015", what="the registry's answer is larger than 4 MiB", where=shown(url)))
        except httpx.TransportError as error:
            raise unreachable(url, error) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise TargetError(Problem(code="SRC-003", what="this cannot be fetched", where=shown(url), why=str(error))) from error
        return answer, bytes(content)

    async def blob(self, digest: str, target: Path) -> None:
        """The layer of that digest. Raises InputError when what comes is another."""
        if not _DIGEST.match(digest):
            raise InputError(Problem(code="SRC-017", what=f"'{digest[:80]}' is no digest of a layer", where=self._path))
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
        if self._path:
            facts.setdefault("scope", f"repository:{self._path}:pull")
        answer, content = await self._ask(str(realm), {}, facts, auth)
        check(answer, str(realm))
        try:
            told = msgspec.json.decode(content, type=dict[str, Any])
        except msgspec.DecodeError as error:
            where = shown(str(realm))
            raise TargetError(Problem(code="SRC-017", what="the registry gives no token", where=where, why=str(error))) from error
        self._headers = {"Authorization": f"Bearer {told.get('token') or told.get('access_token')}"}
