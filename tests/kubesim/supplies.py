"""What a pod's containers find: their environment, and the folders that are mounted in them."""

import base64
import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.kubesim.access import Access
from tests.kubesim.resources import RESOURCES, Resource
from tests.kubesim.store import Item, Store

PODS = next(resource for resource in RESOURCES if resource.plural == "pods")
SECRETS = next(resource for resource in RESOURCES if resource.plural == "secrets")
CONFIG_MAPS = next(resource for resource in RESOURCES if resource.plural == "configmaps")


class NotYetError(Exception):
    """A container cannot start for now: `reason` and `message` as its waiting state has them."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason, self.message = reason, message


class Supplies:
    """Of one pod, from the cluster's objects as they are when a container begins. `claims` is where claimed volumes lie."""

    def __init__(self, item: Item, folder: Path, claims: Path, store: Store, access: Access, ca: str) -> None:
        self._namespace, self._name = item["metadata"]["namespace"], item["metadata"]["name"]
        self._spec: Item = item["spec"]
        self._folder, self._claims = folder, claims
        self._store, self._access, self._ca = store, access, ca

    def volumes(self) -> dict[str, Path]:
        """A folder per volume. Raises NotYetError for a secret or config map that is not there."""
        return {volume["name"]: self._named_volume(volume) for volume in self._spec.get("volumes") or []}

    def mounts(self, container: Item, volumes: dict[str, Path]) -> tuple[tuple[str, str, bool], ...]:
        """Each as (folder of this machine, path in the container, read-only)."""
        return tuple(self._mount(mount, volumes) for mount in container.get("volumeMounts") or [])

    @staticmethod
    def _mount(mount: Item, volumes: dict[str, Path]) -> tuple[str, str, bool]:
        source = volumes[mount["name"]]
        if mount.get("subPath"):
            below = source / mount["subPath"]
            if not below.exists():  # as open as the volume itself, as the kubelet makes it
                below.mkdir(parents=True)
                below.chmod(stat.S_IMODE(source.stat().st_mode))
                if os.geteuid() == 0:
                    os.chown(below, 0, source.stat().st_gid)
            source = below
        return (str(source), mount["mountPath"], bool(mount.get("readOnly")))

    def environment(self, container: Item) -> Iterator[tuple[str, str]]:
        for source in container.get("envFrom") or []:
            for kind, resource in (("secretRef", SECRETS), ("configMapRef", CONFIG_MAPS)):
                if reference := source.get(kind):
                    data = self._data(resource, reference["name"], reference.get("optional", False))
                    yield from ((source.get("prefix", "") + key, text.decode()) for key, text in data.items())
        known: dict[str, str] = {}
        for variable in container.get("env") or []:
            text = self._variable(container, variable)
            if text is not None:
                known[variable["name"]] = expanded(text, known) if "valueFrom" not in variable else text
                yield variable["name"], known[variable["name"]]

    def _variable(self, container: Item, variable: Item) -> str | None:
        source = variable.get("valueFrom")
        if source is None:
            return str(variable.get("value") or "")
        if field := source.get("fieldRef"):
            return self._field(field["fieldPath"])
        if resource := source.get("resourceFieldRef"):
            part, _, name = resource["resource"].partition(".")
            return str((container.get("resources") or {}).get(part, {}).get(name, "0"))
        kind, reference = next((k, source[k]) for k in ("secretKeyRef", "configMapKeyRef") if k in source)
        holder = SECRETS if kind == "secretKeyRef" else CONFIG_MAPS
        data = self._data(holder, reference["name"], reference.get("optional", False))
        if reference["key"] not in data:
            if reference.get("optional"):
                return None
            word = "Secret" if holder is SECRETS else "ConfigMap"
            raise NotYetError(
                "CreateContainerConfigError", f"couldn't find key {reference['key']} in {word} {self._namespace}/{reference['name']}"
            )
        return data[reference["key"]].decode()

    def _field(self, path: str) -> str:
        item: Any = self._store.get(PODS, self._namespace, self._name)
        if path.startswith(("metadata.labels['", "metadata.annotations['")):
            kind, _, key = path.partition("['")
            return str((item["metadata"].get(kind.partition(".")[2]) or {}).get(key[:-2], ""))
        for step in path.split("."):
            item = (item or {}).get(step)
        return str(item if item is not None else "")

    def _data(self, resource: Resource, name: str, optional: bool) -> dict[str, bytes]:
        if resource is CONFIG_MAPS and name == "kube-root-ca.crt":
            return {"ca.crt": self._ca.encode()}
        item = self._store.find(resource, self._namespace, name)
        if item is None:
            if optional:
                return {}
            word = "secret" if resource is SECRETS else "configmap"
            raise NotYetError("CreateContainerConfigError", f'{word} "{name}" not found')
        data = item.get("data") or {}
        return {key: base64.b64decode(text) if resource is SECRETS else text.encode() for key, text in data.items()}

    def _named_volume(self, volume: Item) -> Path:
        try:
            return self._volume(volume)
        except NotYetError as missing:
            raise NotYetError(missing.reason, f'"{volume["name"]}" : {missing.message}') from None

    def _volume(self, volume: Item) -> Path:
        folder = self._folder / "volumes" / volume["name"]
        if "hostPath" in volume:
            return Path(volume["hostPath"]["path"])
        if "emptyDir" in volume:
            return self._open_folder(folder)
        if "persistentVolumeClaim" in volume:
            return self._open_folder(self._claims / self._namespace / volume["persistentVolumeClaim"]["claimName"])
        kind = next(key for key in ("secret", "configMap", "projected", "downwardAPI") if key in volume)
        _fill(folder, dict(self._files(kind, volume[kind])), volume[kind].get("defaultMode", 420), self._spec.get("securityContext") or {})
        return folder

    def _open_folder(self, folder: Path) -> Path:
        """A volume that pods write to: with an fsGroup it belongs to that group, and so does what is made in it."""
        folder.mkdir(parents=True, exist_ok=True)
        group = (self._spec.get("securityContext") or {}).get("fsGroup")
        if group is not None and os.geteuid() == 0:
            os.chown(folder, 0, group)
        folder.chmod(0o777 if group is None else 0o2777)
        return folder

    def _files(self, kind: str, source: Item) -> Iterator[tuple[str, bytes]]:
        match kind:
            case "secret" | "configMap":
                resource = SECRETS if kind == "secret" else CONFIG_MAPS
                name = source.get("secretName") or source.get("name")
                data = self._data(resource, str(name), source.get("optional", False))
                if "items" in source:
                    yield from ((item["path"], data[item["key"]]) for item in source["items"] if item["key"] in data)
                else:
                    yield from data.items()
            case "downwardAPI":
                for item in source.get("items") or []:
                    yield item["path"], self._field(item["fieldRef"]["fieldPath"]).encode()
            case "serviceAccountToken":
                yield source["path"], self._access.token_of(self._namespace, self._spec["serviceAccountName"]).encode()
            case "projected":
                for part in source["sources"]:
                    for word, below in part.items():
                        yield from self._files(word, below)


def expanded(text: str, known: Mapping[str, str]) -> str:
    """`$(NAME)` as Kubernetes replaces it; `$$` is a `$` that it leaves alone."""

    def replaced(found: "re.Match[str]") -> str:
        return "$" if found[0] == "$$" else known.get(found[1], found[0])

    return re.sub(r"\$\$|\$\(([^)]*)\)", replaced, text)


def _fill(folder: Path, files: Mapping[str, bytes], mode: int, security: Item) -> None:
    """Files behind a `..data` link, as the kubelet writes them."""
    real = folder / "..2026_01_01"
    real.mkdir(parents=True, exist_ok=True)
    for path, data in files.items():
        file = real / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        file.chmod(mode | (0o040 if security.get("fsGroup") is not None else 0))
        if os.geteuid() == 0 and security.get("fsGroup") is not None:
            os.chown(file, 0, security["fsGroup"])
        link = folder / Path(path).parts[0]
        if not link.is_symlink():
            link.symlink_to(Path("..data") / Path(path).parts[0])
    if not (folder / "..data").is_symlink():
        (folder / "..data").symlink_to(real.name)
