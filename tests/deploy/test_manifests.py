"""The plain manifests: what the chart renders, valid, and a base for kustomize."""

import shutil
import subprocess
from pathlib import Path

import kubernetes_validate
import pytest
import yaml

from bascule import __version__
from tests.deploy.helm import ROOT, Document, one, pods
from tests.kubesim.rules import refuse_insecure
from tools.manifests import manifests

FOLDER = ROOT / "deploy" / "kubernetes"
needs_kubectl = pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not installed")


def written() -> list[Document]:
    names = yaml.safe_load((FOLDER / "kustomization.yaml").read_text())["resources"]
    return [item for name in names for item in yaml.safe_load_all((FOLDER / name).read_text()) if item]


def test_they_are_what_the_chart_renders() -> None:
    for name, text in manifests().items():
        assert (FOLDER / name).read_text() == text, f"deploy/kubernetes/{name} is out of date: make manifests"


def test_nothing_of_helm_is_left_in_them() -> None:
    assert not [item for item in written() if "helm" in yaml.safe_dump(item).lower()]


@pytest.mark.parametrize("version", ["1.31", "1.37"])
def test_each_is_valid(version: str) -> None:
    for item in written():
        kubernetes_validate.validate(item, version, strict=True)


def test_their_namespace_takes_restricted_pods_alone_and_theirs_are() -> None:
    assert one(written(), "Namespace")["metadata"]["labels"] == {"pod-security.kubernetes.io/enforce": "restricted"}
    found = pods(written())
    assert len(found) == 2
    for name, spec in found:
        refuse_insecure(spec, name, "restricted")


@needs_kubectl
def test_kustomize_puts_them_elsewhere_with_another_image(tmp_path: Path) -> None:
    base = tmp_path / "base"
    shutil.copytree(FOLDER, base)
    text = (base / "kustomization.yaml").read_text()
    assert f"newTag: {__version__}" in text
    text = text.replace("newName: bascule", "newName: registry.example.com:5000/bascule").replace(
        "namespace: bascule", "namespace: elsewhere"
    )
    (base / "kustomization.yaml").write_text(text)
    done = subprocess.run(["kubectl", "kustomize", base], capture_output=True, text=True, check=True)
    found = [item for item in yaml.safe_load_all(done.stdout) if item]
    image = f"registry.example.com:5000/bascule:{__version__}"
    assert [spec["containers"][0]["image"] for _, spec in pods(found)] == [image, image]
    (container,) = one(found, "StatefulSet")["spec"]["template"]["spec"]["containers"]
    assert {"name": "BASCULE_POD_IMAGE", "value": image} in container["env"]
    assert {item["metadata"]["namespace"] for item in found if item["kind"] != "Namespace"} == {"elsewhere"}
    assert one(found, "RoleBinding")["subjects"][0]["namespace"] == "elsewhere"
