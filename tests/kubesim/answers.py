"""What the API server says when it refuses: a Status with its code, reason, details and causes."""

from typing import Any

Document = dict[str, Any]


class Cause:
    """One field that is wrong."""

    def __init__(self, reason: str, field: str, message: str) -> None:
        self.reason, self.field, self.message = reason, field, message

    def document(self) -> Document:
        return {"reason": self.reason, "message": self.message, "field": self.field}


class ApiError(Exception):
    """A refusal: HTTP code and the Status that goes with it."""

    def __init__(
        self, code: int, reason: str, message: str, details: Document | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.code, self.reason, self.message, self.details, self.headers = code, reason, message, details, headers or {}

    def status(self) -> Document:
        found: Document = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": self.message}
        found["reason"] = self.reason
        if self.details is not None:
            found["details"] = self.details
        found["code"] = self.code
        return found


def _details(name: str, group: str, kind: str, **more: object) -> Document:
    return {**({"name": name} if name else {}), **({"group": group} if group else {}), "kind": kind, **more}


def _qualified(plural: str, group: str) -> str:
    return f"{plural}.{group}" if group else plural


def bad_request(message: str) -> ApiError:
    return ApiError(400, "BadRequest", message)


def not_found(plural: str, group: str, name: str) -> ApiError:
    return ApiError(404, "NotFound", f'{_qualified(plural, group)} "{name}" not found', _details(name, group, plural))


def already_exists(plural: str, group: str, name: str) -> ApiError:
    return ApiError(409, "AlreadyExists", f'{_qualified(plural, group)} "{name}" already exists', _details(name, group, plural))


def stale(plural: str, group: str, name: str) -> ApiError:
    message = (
        f'Operation cannot be fulfilled on {_qualified(plural, group)} "{name}": '
        "the object has been modified; please apply your changes to the latest version and try again"
    )
    return ApiError(409, "Conflict", message, _details(name, group, plural))


def precondition_failed(kind: str, group: str, name: str, wanted: str, actual: str) -> ApiError:
    message = (
        f'Operation cannot be fulfilled on {_qualified(kind, group)} "{name}": the UID in the precondition ({wanted}) does not match '
        f"the UID in record ({actual}). The object might have been deleted and then recreated"
    )
    return ApiError(409, "Conflict", message, _details(name, group, kind))


def forbidden(user: str, verb: str, plural: str, group: str, namespace: str | None, name: str = "") -> ApiError:
    where = f' in the namespace "{namespace}"' if namespace else " at the cluster scope"
    what = f'"{name}" ' if name else ""
    message = (
        f'{_qualified(plural, group)} {what}is forbidden: User "{user}" cannot {verb} resource "{plural}" in API group "{group}"{where}'
    )
    return ApiError(403, "Forbidden", message, _details(name, group, plural))


def terminating(plural: str, name: str, namespace: str) -> ApiError:
    message = f'{plural} "{name}" is forbidden: unable to create new content in namespace {namespace} because it is being terminated'
    cause = {"reason": "NamespaceTerminating", "message": f"namespace {namespace} is being terminated", "field": "metadata.namespace"}
    return ApiError(403, "Forbidden", message, _details(name, "", plural, causes=[cause]))


def invalid(kind: str, group: str, name: str, causes: list[Cause]) -> ApiError:
    told = list(dict.fromkeys(f"{cause.field}: {cause.message}" for cause in causes))
    text = told[0] if len(told) == 1 else f"[{', '.join(told)}]"
    message = f'{_qualified(kind, group)} "{name}" is invalid: {text}'
    return ApiError(422, "Invalid", message, _details(name, group, kind, causes=[cause.document() for cause in causes]))


def gone(message: str) -> ApiError:
    return ApiError(410, "Expired", message)


def unauthorized() -> ApiError:
    return ApiError(401, "Unauthorized", "Unauthorized")


def unsupported_media_type() -> ApiError:
    return ApiError(415, "UnsupportedMediaType", "415: Unsupported Media Type", {})
