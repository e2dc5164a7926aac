"""What evaluates Rego: our own bounded workers, or an OPA server."""

from typing import Protocol

from bascule.policy.model import Answer, Question


class RegoEvaluator(Protocol):
    """Answers questions; safe to call from several threads. Never raises for what a policy does: that is `Answer.problem`."""

    def ask(self, question: Question) -> Answer: ...

    def close(self) -> None: ...
