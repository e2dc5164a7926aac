"""A secret in the text of a script reaches the program that it stands before, whatever quotes are around it: tried by real shells."""

import json
import os
import subprocess
from typing import Any

import pytest

from bascule.manager.pipelines.steps._shell import Place
from tests.unit.manager.pipelines.test_strategies import pipeline, worker

SECRET = 'it\'s a $ecret "x" `y` \\z'
ASKED = '<+secrets.getValue("pw")>'

SCRIPTS = [
    'printf "%s|" "@"',
    "printf '%s|' '@'",
    "printf '%s|' 'a@b' \"c@d\"",
    "printf '%s|' \"it's\" '@' # don't\nprintf '%s|' '@'",
    "echo \\' '@'",
    "x=$(printf %s '@'); printf '%s|' \"$x\" '@'",
    "printf '%s|' \"$(printf %s '@')\" '@'",
    "printf '%s|' \"$(printf %s \"@\")\" '@'",
    "cat <<END\nisn't it @ here\nEND\nprintf '%s|' '@'",
    "cat <<-END | cat\n\tisn't @\n\tEND\nprintf '%s|' '@'",
    "cat <<A; cat <<B\none ' @\nA\ntwo \" @\nB\nprintf '%s|' '@'",
    "cat <<'END'\nisn't $this\nEND\nprintf '%s|' '@'",
    "a=1#2; printf '%s|' $a '@'",
    "case x in x) printf '%s|' '@';; esac",
    "echo `printf %s x` '@'",
    "a=1; b=2; x=$((a<<b)); printf '%s|' $x '@'",
    "x=$(( (1 + 2) * (a<<1) )); printf '%s|' $x '@' $((1)) '@'",
    "if [ 1 -lt 2 ]; then printf '%s|' '@'; fi",
]
ONLY_BASH = ["printf '%s|' $'tab\\t\\'@' '@'", "cat <<< '@'; printf '%s|' '@'", "x=$((1<<2)); printf '%s|' $x '@'"]


def ran(shell: str, text: str) -> str:
    """What the script prints, the secret in a variable."""
    environment = {"PATH": os.environ["PATH"], "BASCULE_SECRET_1": SECRET}
    done = subprocess.run([shell, "-c", text], env=environment, capture_output=True, text=True, check=False)
    assert not done.stderr, done.stderr
    return done.stdout


@pytest.mark.parametrize(("shell", "text"), [("sh", text) for text in SCRIPTS] + [("bash", text) for text in SCRIPTS + ONLY_BASH])
def test_a_secret_reaches_its_program_from_within_any_quotes(play: Any, shell: str, text: str) -> None:
    step = {"identifier": "a", "name": "A", "type": "Run", "spec": {"shell": "Bash", "command": text.replace("@", ASKED)}}

    (job,) = play(pipeline([f"- {json.dumps({'step': step})}"]), worker=worker({})).run().jobs
    assert job.environment_secrets == {"BASCULE_SECRET_1": "secret_1"}
    marked = ran(shell, text.replace("@", "MARK"))
    assert ran(shell, job.what.text) == marked.replace("MARK", SECRET)


def test_where_the_shell_reads_no_variable_a_secret_is_refused(play: Any) -> None:
    for delimiter in ("'END'", '"END"', "\\END"):
        text = f"cat <<{delimiter}\n{ASKED}\nEND\n"
        step = {"identifier": "a", "name": "A", "type": "Run", "spec": {"shell": "Bash", "command": text}}
        done = play(pipeline([f"- {json.dumps({'step': step})}"]), worker=worker({})).run()
        assert "here-document" in str(done.nodes["s/a"].problems)


@pytest.mark.parametrize(
    ("text", "quoting"),
    [
        ("", "none"),
        ("a '", "single"),
        ('a "', "double"),
        ("$'", "ansi"),
        ("cat <<E\n", "here"),
        ("cat <<'E'\n", "quoted here"),
        ("# '", "none"),
    ],
)
def test_places(text: str, quoting: str) -> None:
    place = Place()
    place.pass_over(text)
    assert place.quoting == quoting
