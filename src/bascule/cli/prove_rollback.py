"""`bascule prove-rollback`."""

from typing import TYPE_CHECKING, Any

import click

from bascule.cli.console import Console
from bascule.cli.dev_options import dev_options, dev_settings
from bascule.cli.options import changelog_options, connection_options, example, reporting_options
from bascule.cli.verb import run_verb
from bascule.core.errors import ConflictError
from bascule.engine.commands.session import Session

if TYPE_CHECKING:
    from bascule.engine.commands.prove_rollback import Proof


@click.command("prove-rollback", epilog=example("prove-rollback"))
@dev_options
@changelog_options
@connection_options
@reporting_options
def prove_rollback(**options: Any) -> int:
    """Prove the rollback of what has not run, on a scratch database; the target is only read.

    Each changeset is applied, rolled back, compared with what was before, and applied again. Compared are the schema and the rows that
    changesets insert: the target's own rows are not there. Exit status 1 when a rollback fails, is missing, or is not exact.
    """

    def act(session: Session, console: Console) -> dict[str, Any]:
        from bascule.engine.commands.prove_rollback import prove_rollback as prove

        proofs = prove(session, dev_settings(options))
        if not proofs:
            console.out(f"{session.target.shown} is up to date: there is nothing to prove")
        for proof in proofs:
            console.out(_line(proof))
        if console.json:
            console.document({"target": session.target.shown, "proofs": proofs})
        problems = [problem for proof in proofs for problem in proof.problems]
        if problems:
            raise ConflictError(problems)
        return {"proven": sum(proof.verdict == "proven" for proof in proofs), "changesets": len(proofs)}

    return run_verb(options, act)


def _line(proof: "Proof") -> str:
    return f"{proof.verdict + ':':<13}{proof.fqn}{f'  ({proof.why})' if proof.why else ''}"
