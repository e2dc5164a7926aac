"""Values that hold secrets, as a job carries them: by names, put together by the delegate."""

from bascule.manager.pipelines.expressions.values import SecretRef, Text


def named(secrets: dict[str, str], reference: str) -> str:
    """The name of a secret in the job; notes it in `secrets` if it is new."""
    known = next((name for name, noted in secrets.items() if noted == reference), None)
    if known is None:
        known = f"secret_{len(secrets) + 1}"
        secrets[known] = reference
    return known


def placed(value: Text, secrets: dict[str, str], composed: dict[str, list[str]]) -> str:
    """The name, in the job, of a text with secrets in it; notes in `secrets` and `composed` what it is made of."""
    match value.parts:
        case (SecretRef(reference),):
            return named(secrets, reference)
        case parts:
            pieces = [""]
            for part in parts:
                if isinstance(part, SecretRef):
                    pieces += [named(secrets, part.reference), ""]
                else:
                    pieces[-1] += part
            known = next((name for name, noted in composed.items() if noted == pieces), None)
            if known is None:
                known = f"composed_{len(composed) + 1}"
                composed[known] = pieces
            return known
