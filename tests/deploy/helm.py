"""The chart, rendered by Helm's own library."""

from pathlib import Path
from typing import Any

import helm_python
import yaml

ROOT = Path(__file__).parents[2]
CHART = ROOT / "deploy" / "helm" / "bascule"
NOTES = "bascule/templates/NOTES.txt"
Document = dict[str, Any]


def render(values: Document | None = None, name: str = "bascule", namespace: str = "bascule") -> list[Document]:
    """Every document, hooks too. Raises what Helm raises."""
    with helm_python.Chart.load(CHART) as chart:
        files = chart.render(values or {}, name=name, namespace=namespace)
    return [document for path, text in files.items() if path != NOTES for document in yaml.safe_load_all(text) if document]


def notes(values: Document | None = None) -> str:
    """What Helm prints after an installation."""
    with helm_python.Chart.load(CHART) as chart:
        return chart.render(values or {}, name="bascule", namespace="bascule")[NOTES]


def one(documents: list[Document], kind: str, name: str | None = None) -> Document:
    """The only document of a kind."""
    (found,) = [item for item in documents if item["kind"] == kind and name in (None, item["metadata"]["name"])]
    return found


def example(name: str) -> Document:
    """The values of `ci/NAME-values.yaml`."""
    values: Document = yaml.safe_load((CHART / "ci" / f"{name}-values.yaml").read_text())
    return values


EXAMPLES = ("production", "delegate-only", "manager-only", "throw-away")


def pods(documents: list[Document]) -> list[tuple[str, Document]]:
    """The pod specs within, by the names of what makes them, as their controllers ask for them."""
    found = []
    for item in documents:
        if item["kind"] in ("Deployment", "StatefulSet"):
            spec = item["spec"]["template"]["spec"]
            claims = [
                {"name": claim["metadata"]["name"], "persistentVolumeClaim": {"claimName": claim["metadata"]["name"]}}
                for claim in item["spec"].get("volumeClaimTemplates", [])
            ]
            found.append((item["metadata"]["name"], {**spec, "volumes": [*spec["volumes"], *claims]}))
        elif item["kind"] == "Pod":
            found.append((item["metadata"]["name"], item["spec"]))
    return found
