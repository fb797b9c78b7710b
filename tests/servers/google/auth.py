"""Service accounts, and the token address that checks what they sign.

https://developers.google.com/identity/protocols/oauth2/service-account#httprest: a JWT with iss,
scope, aud, iat and exp ("a maximum of 1 hour after the issued time"), signed RS256, is exchanged
for an access token by the grant urn:ietf:params:oauth:grant-type:jwt-bearer.
"""

from __future__ import annotations

import base64
import json
import os
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from .clock import Clock
from .errors import api_disabled, no_scope, unauthenticated

Json = dict[str, Any]
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
GOOGLE_TOKEN_ADDRESS = "https://oauth2.googleapis.com/token"
LIFETIME, SKEW = 3600, 300


class TokenError(Exception):
    """What the token address refuses: (error, description)."""


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """A private key for a name, made once a process: making one takes a while."""
    return rsa.generate_private_key(65537, 2048)


@dataclass
class Account:
    """Who can ask for tokens."""

    email: str
    project: str
    key_id: str
    api_enabled: bool = True
    drive_storage: bool = False  # a service account has none: creating a file is refused


@dataclass
class Token:
    account: Account
    scopes: frozenset[str]
    expires: float


@dataclass
class Auth:
    """Accounts and the tokens they hold."""

    clock: Clock
    accounts: dict[str, Account] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    issued: int = 0
    people: dict[str, str] = field(default_factory=dict)  # code or refresh token -> address

    def person(self, email: str, project: str = "opsheet-1") -> str:
        """A person who allowed it in the browser; the code that the browser brings back."""
        self.accounts[email] = Account(email, project, "")
        self.people[f"code-of-{email}"] = email
        return f"code-of-{email}"

    def service_account(self, path: Path, address: str, email: str = "", project: str = "opsheet-1",
                        ) -> Account:
        """Writes a service account's key file (0600) whose token_uri is `address`/token."""
        email = email or f"opsheet@{project}.iam.gserviceaccount.com"
        account = Account(email, project, f"key-of-{email}")
        self.accounts[email] = account
        private = key(email).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption()).decode()
        info = {"type": "service_account", "project_id": project,
                "private_key_id": account.key_id, "private_key": private, "client_email": email,
                "client_id": "1", "token_uri": f"{address}/token",
                "auth_uri": f"{address}/auth", "universe_domain": "googleapis.com"}
        with open(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as file:
            json.dump(info, file)
        return account

    def grant(self, form: dict[str, str], address: str) -> Json:
        """The answer of the token address. Raises TokenError."""
        if form.get("grant_type") in ("authorization_code", "refresh_token"):
            return self._of_person(form)
        if form.get("grant_type") != GRANT:
            raise TokenError("unsupported_grant_type", "Invalid grant_type")
        claims = self._claims(form.get("assertion", ""))
        account = self.accounts.get(claims.get("iss", ""))
        assert account
        if claims.get("aud") not in (GOOGLE_TOKEN_ADDRESS, f"{address}/token"):
            raise TokenError("invalid_grant", "Invalid JWT: Failed audience check.")
        now, issued, ends = time.time(), claims.get("iat", 0), claims.get("exp", 0)
        if not now - LIFETIME - SKEW <= issued <= now + SKEW or not (
                max(now - SKEW, issued) < ends <= issued + LIFETIME):
            raise TokenError("invalid_grant", "Invalid JWT: Token must be a short-lived token (60 "
                             "minutes) and in a reasonable timeframe. Check your iat and exp "
                             "values in the JWT claim.")
        scopes = frozenset(claims.get("scope", "").split())
        if not scopes:
            raise TokenError("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        return self._token(account, scopes)

    def _token(self, account: Account, scopes: frozenset[str]) -> Json:
        self.issued += 1
        text = f"ya29.local-{self.issued}"
        self.tokens[text] = Token(account, scopes, self.clock.now() + LIFETIME)
        return {"access_token": text, "expires_in": LIFETIME, "token_type": "Bearer"}

    def _of_person(self, form: dict[str, str]) -> Json:
        """developers.google.com/identity/protocols/oauth2/native-app: a code is good once and
        gives a refresh token; a revoked one is `invalid_grant`."""
        given = form.get("code") or form.get("refresh_token", "")
        email = self.people.get(given)
        if not email:
            raise TokenError("invalid_grant", "Token has been expired or revoked.")
        scope = "https://www.googleapis.com/auth/spreadsheets"
        made = self._token(self.accounts[email], frozenset({scope})) | {"scope": scope}
        if form["grant_type"] == "authorization_code":
            del self.people[given]
            self.people[f"1//refresh-of-{email}"] = email
            made["refresh_token"] = f"1//refresh-of-{email}"
        return made

    def _claims(self, assertion: str) -> Json:
        try:
            head, body, signature = assertion.split(".")
            header, claims = (json.loads(_decode(part)) for part in (head, body))
        except ValueError as wrong:
            raise TokenError("invalid_grant", "Bad Request") from wrong
        if header.get("alg") != "RS256" or claims.get("iss") not in self.accounts:
            raise TokenError("invalid_grant", "Invalid grant: account not found")
        try:
            key(claims["iss"]).public_key().verify(
                _decode(signature), f"{head}.{body}".encode(), padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature as wrong:
            raise TokenError("invalid_grant", "Invalid JWT Signature.") from wrong
        found: Json = claims
        return found

    def check(self, header: str, scopes: frozenset[str]) -> Account:
        """Who asks. 401 for no or an old token; 403 for its scopes or a project without the API."""
        token = self.tokens.get(header.removeprefix("Bearer "))
        if not header.startswith("Bearer ") or not token or token.expires <= self.clock.now():
            raise unauthenticated()
        if not token.scopes & scopes:
            raise no_scope()
        if not token.account.api_enabled:
            raise api_disabled(token.account.project)
        return token.account

    def expire_all(self) -> None:
        """No token that was issued is good any more."""
        self.tokens.clear()


def _decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
