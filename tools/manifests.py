"""Writes the plain manifests of `deploy/kubernetes` from the Helm chart: `make manifests`."""

import sys
from pathlib import Path
from typing import Any

import helm_python
import yaml

ROOT = Path(__file__).parents[1]
CHART = ROOT / "deploy" / "helm" / "bascule"
FOLDER = ROOT / "deploy" / "kubernetes"
VALUES = {"delegate": {"managerUrl": "http://bascule-manager"}}
"""The short name of the service: it holds in whichever namespace they are put."""
HEADS = {
    "manager": "# The manager with SQLite and a master key of its own on a volume. For PostgreSQL, an ingress and more: the Helm chart.\n",
    "delegate": "# A delegate that makes pods for step groups. It waits for the Secret bascule-delegate-token (key: token).\n",
}
_OF_HELM = {"app.kubernetes.io/managed-by", "helm.sh/chart"}
Document = dict[str, Any]


def manifests() -> dict[str, str]:
    """The text of each file, by its name."""
    with helm_python.Chart.load(CHART) as chart:
        files = chart.render(VALUES, name="bascule", namespace="bascule")
    documents = [item for path, text in files.items() if not path.endswith(".txt") for item in yaml.safe_load_all(text) if item]
    return {f"{part}.yaml": _text(part, documents) for part in HEADS}


def _text(part: str, documents: list[Document]) -> str:
    own = [_plain(item) for item in documents if item["metadata"]["labels"]["app.kubernetes.io/component"] == part]
    order = ("ServiceAccount", "Role", "RoleBinding", "NetworkPolicy", "PersistentVolumeClaim", "Service", "Deployment", "StatefulSet")
    own.sort(key=lambda item: order.index(item["kind"]))
    head = f"# Written from deploy/helm/bascule by `make manifests`: change it there.\n{HEADS[part]}"
    return head + "---\n".join(yaml.safe_dump(item, sort_keys=False, width=140) for item in own)


def _plain(value: Any) -> Any:
    """Without what is Helm's."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {key: _plain(item) for key, item in value.items() if key not in _OF_HELM and not key.startswith("helm.sh/")}
    if kept.get("annotations") == {}:
        del kept["annotations"]
    return kept


def main() -> int:
    stale = False
    for name, text in manifests().items():
        path = FOLDER / name
        if path.exists() and path.read_text() == text:
            continue
        if sys.argv[1:] == ["--check"]:
            print(f"deploy/kubernetes/{name} is out of date: make manifests")
            stale = True
        else:
            path.write_text(text)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
