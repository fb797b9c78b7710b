"""Error answers in the shapes that Google gives them.

Sheets: `{"error": {"code", "message", "status", "details"}}`, as in google.rpc.Status
(https://cloud.google.com/apis/design/errors#http_mapping). Drive v3 still answers with `errors`.
"""

from __future__ import annotations

from typing import Any

STATUS = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED",
          404: "NOT_FOUND", 413: "INVALID_ARGUMENT", 429: "RESOURCE_EXHAUSTED",
          500: "INTERNAL", 503: "UNAVAILABLE", 504: "DEADLINE_EXCEEDED"}
TYPE = "type.googleapis.com/google.rpc."

BAD_GATEWAY = (
    "<!DOCTYPE html>\n<html lang=en>\n  <title>Error 502 (Server Error)!!1</title>\n"
    "  <p><b>502.</b> <ins>That’s an error.</ins>\n  <p>The server encountered a temporary error "
    "and could not complete your request.<p>Please try again in 30 seconds.\n"
)


class GoogleError(Exception):
    """An error that is answered with its status and body."""

    def __init__(self, code: int, message: str, details: list[Any] | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.details = code, message, details

    def body(self) -> dict[str, Any]:
        """The JSON of the answer."""
        error = {"code": self.code, "message": self.message, "status": STATUS[self.code]}
        if self.details:
            error["details"] = self.details
        return {"error": error}


class NotKnown(GoogleError):
    """Something that Google knows and this server does not: the test that asked must not pass."""

    def __init__(self, what: str) -> None:
        super().__init__(500, f"The local server does not know {what}.")


class DriveError(GoogleError):
    """An error of Drive v3, which names a reason."""

    def __init__(self, code: int, message: str, domain: str, reason: str) -> None:
        super().__init__(code, message)
        self.domain, self.reason = domain, reason

    def body(self) -> dict[str, Any]:
        one = {"message": self.message, "domain": self.domain, "reason": self.reason}
        return {"error": {"code": self.code, "message": self.message, "errors": [one]}}


def invalid(message: str) -> GoogleError:
    """400: the request cannot be done."""
    return GoogleError(400, message)


def bad_fields(violations: list[tuple[str, str]]) -> GoogleError:
    """400: the JSON does not fit the schema; (field, what is wrong) each."""
    described = [{"description": text} | ({"field": field} if field else {})
                 for field, text in violations]
    return GoogleError(400, "\n".join(text for _, text in violations),
                       [{"@type": TYPE + "BadRequest", "fieldViolations": described}])


def unauthenticated() -> GoogleError:
    """401: no token, an unknown one or an expired one."""
    return GoogleError(401, "Request had invalid authentication credentials. Expected OAuth 2 "
                       "access token, login cookie or other valid authentication credential. See "
                       "https://developers.google.com/identity/sign-in/web/devconsole-project.")


def no_permission() -> GoogleError:
    """403: the spreadsheet is not shared with the caller, or only for reading."""
    return GoogleError(403, "The caller does not have permission")


def no_scope() -> GoogleError:
    """403: the token's scopes do not cover the method."""
    return GoogleError(403, "Request had insufficient authentication scopes.", [
        {"@type": TYPE + "ErrorInfo", "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
         "domain": "googleapis.com", "metadata": {"service": "sheets.googleapis.com"}}])


def api_disabled(project: str) -> GoogleError:
    """403: the Sheets API is not enabled in the caller's project."""
    url = f"https://console.developers.google.com/apis/api/sheets.googleapis.com/overview?project={project}"
    return GoogleError(
        403,
        f"Google Sheets API has not been used in project {project} before or it is disabled. "
        f"Enable it by visiting {url} then retry. If you enabled this API recently, wait a few "
        "minutes for the action to propagate to our systems and retry.",
        [{"@type": TYPE + "Help",
          "links": [{"description": "Google developers console API activation", "url": url}]},
         {"@type": TYPE + "ErrorInfo", "reason": "SERVICE_DISABLED", "domain": "googleapis.com",
          "metadata": {"consumer": f"projects/{project}", "service": "sheets.googleapis.com"}}])


def not_found() -> GoogleError:
    """404: no such spreadsheet."""
    return GoogleError(404, "Requested entity was not found.")


def quota_exceeded(kind: str, limit: int, per_user: bool, project: str) -> GoogleError:
    """429: a per-minute quota is used up. `kind` is Read or Write."""
    what = f"{kind} requests per minute" + (" per user" if per_user else "")
    name = f"{kind}RequestsPerMinutePer" + ("User" if per_user else "Project")
    return GoogleError(
        429,
        f"Quota exceeded for quota metric '{kind} requests' and limit '{what}' of service "
        f"'sheets.googleapis.com' for consumer 'project_number:{project}'.",
        [{"@type": TYPE + "ErrorInfo", "reason": "RATE_LIMIT_EXCEEDED", "domain": "googleapis.com",
          "metadata": {"consumer": f"projects/{project}", "quota_limit": name,
                       "quota_limit_value": str(limit), "quota_location": "global",
                       "quota_metric": f"sheets.googleapis.com/{kind.lower()}_requests",
                       "service": "sheets.googleapis.com"}},
         {"@type": TYPE + "Help",
          "links": [{"description": "Request a higher quota limit.",
                     "url": "https://cloud.google.com/docs/quotas/help/request_increase"}]}])


def unavailable() -> GoogleError:
    """503: try again later."""
    return GoogleError(503, "The service is currently unavailable.")
