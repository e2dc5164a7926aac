"""The documentation's examples run: each page's files are written, each console line is entered, `…` stands for any text."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```(?P<info>[^\n]*)\n(?P<body>.*?)^```$", re.DOTALL | re.MULTILINE)


def _expected(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in text.strip().split("…")), re.DOTALL)


@pytest.mark.parametrize("page", ["tutorial.md", "see-a-database.md"])
def test_a_page_works_as_it_stands(page: str, tmp_path: Path) -> None:
    entered = 0
    for block in BLOCK.finditer((DOCS / page).read_text()):
        kind, _, rest = block["info"].partition(" ")
        if rest.startswith("file="):
            (tmp_path / rest.removeprefix("file=")).write_text(block["body"])
        elif kind == "console":
            for session in re.split(r"^\$ ", block["body"], flags=re.MULTILINE)[1:]:
                line, _, output = session.partition("\n")
                argv = shlex.split(line)
                assert argv[0] == "bascule", line
                done = subprocess.run(
                    [str(Path(sys.executable).parent / "bascule"), *argv[1:]], cwd=tmp_path, capture_output=True, text=True, check=False
                )
                assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
                assert _expected(output).search(done.stdout + done.stderr), f"{line}\n{done.stdout}\n{done.stderr}"
                entered += 1
    assert entered > 5
