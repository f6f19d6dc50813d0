"""Single sign-on by OpenID Connect: the way to the provider and back, and whom it vouches for. Knows no pages."""

from __future__ import annotations

import json
import secrets
import threading
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from urllib3.exceptions import HTTPError

from app.names import LOCAL_NAMES
from geo.errors import ChangeRefusedError, RuleError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from joserfc.jwk import Key

    from app.config import Settings

PATIENCE_S = 10
TURN_S = 2
"""So long somebody waits while another asks the provider what it is: one that hangs holds up one of us, not all."""
LARGEST_ANSWER = 500_000
LEEWAY_S = 60
"""So far may the provider's clock be from ours."""
KEPT_S = 600
"""So long what the provider says of itself is kept; its keys are asked for again when an unknown one signs."""
LASTS_S = 600
"""So long somebody may take to sign in at the provider."""
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384"]
"""Signatures by a key that the provider alone has; never `none`, never one made with our own secret."""
LONGEST_SUBJECT = 255
LONGEST_CODE = 4_000

_UNREACHABLE = (
    "统一认证服务没有应答,请稍后再试;急用时可用账号密码登录。",
    "The single sign-on service does not answer. Try again later, or sign in with name and password.",
)
_NOT_BEGUN = (
    "这次登录不是从本页开始的,或者已经用过、超过了10分钟。请重新点击“单位统一认证”。",
    "This sign-in was not begun here, has been used, or took more than ten minutes. Begin again.",
)
_DENIED = (
    "统一认证没有同意登录。请重试,或与统一认证的管理员联系。",
    "The single sign-on service did not let you in. Try again, or ask those who run it.",
)
_NOT_PROVEN = (
    "统一认证返回的凭证无效,没有登录。请重试;仍不行时请告知管理员查看日志。",
    "What single sign-on sent proves nothing, so nobody was signed in. Try again or tell the administrator.",
)
_NO_NAME = (
    "统一认证没有给出账号名,请告知管理员核对设置。",
    "The single sign-on service gave no account name. Tell the administrator to look at the settings.",
)


class SingleSignOnError(ChangeRefusedError):
    """Nobody is signed in; `reason` is for the log."""

    def __init__(self, told: tuple[str, str], reason: str) -> None:
        super().__init__(*told)
        self.reason = reason


class UnreachableError(SingleSignOnError):
    """The provider does not answer, or not as one."""

    def __init__(self, reason: str) -> None:
        super().__init__(_UNREACHABLE, reason)


@dataclass(frozen=True, slots=True)
class Begun:
    """What the browser keeps while its user is at the provider; good for one return."""

    state: str
    nonce: str
    verifier: str
    at: int
    onward: str

    def kept(self) -> list[str | int]:
        """As it lies in the cookie."""
        return [self.state, self.nonce, self.verifier, self.at, self.onward]

    @classmethod
    def read(cls, kept: object) -> Begun | None:
        """What lay in the cookie; None when nothing was begun."""
        match kept:
            case [str(state), str(nonce), str(verifier), int(at), str(onward)]:
                return cls(state, nonce, verifier, at, onward)
            case _:
                return None


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom the provider vouches for: its own name of him, and the account's and person's name that it gives."""

    issuer: str
    subject: str
    name: str
    display_name: str


class Provider:
    """One provider, asked only when somebody signs in by it. Its description and keys are kept for ten minutes."""

    def __init__(self, settings: Settings) -> None:
        """Read the settings; nothing is asked yet. Raises RuleError when they do not go together."""
        self.issuer = settings.oidc_issuer or ""
        self.client_id = settings.oidc_client_id or ""
        if not self.client_id:
            message = "JIANTU_OIDC_CLIENT_ID 没有设置 / JIANTU_OIDC_CLIENT_ID is not set"
            raise RuleError(message)
        if not _is_safe(self.issuer):
            message = (
                f"JIANTU_OIDC_ISSUER 须以 https:// 开头 / must begin with https://: {self.issuer}"
            )
            raise RuleError(message)
        self.settings = settings
        self._secret = settings.find_oidc_secret()
        self._lock = threading.Lock()
        self._known: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def begin(self, back: str, onward: str, now: datetime) -> tuple[str, Begun]:
        """The address at the provider to go to, and what is kept until the return to `back`."""
        begun = Begun(
            secrets.token_urlsafe(24),
            secrets.token_urlsafe(24),
            secrets.token_urlsafe(48),
            int(now.timestamp()),
            onward,
        )
        with self._client(back, now) as client:
            address, _ = client.create_authorization_url(
                self._endpoint("authorization_endpoint", now),
                state=begun.state,
                nonce=begun.nonce,
                code_verifier=begun.verifier,
            )
        return address, begun

    def finish(
        self, begun: Begun | None, given: Mapping[str, str], back: str, now: datetime
    ) -> Vouched:
        """Whom the provider vouches for, by what it sent along; raises SingleSignOnError when by nothing that holds."""
        if begun is None:
            raise SingleSignOnError(_NOT_BEGUN, "nothing was begun in this browser")
        self._check_return(begun, given, now)
        answer = self._fetch_token(begun, given["code"], back, now)
        claims = self._read_token(answer.get("id_token"), begun, now, answer)
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
            raise SingleSignOnError(_NOT_PROVEN, "no subject")
        said = self._find_names(claims, str(answer.get("access_token", "")), now)
        return Vouched(self.issuer, subject, *said)

    def find_way_out(self, now: datetime) -> str | None:
        """Where the provider signs its own session out, if it says so."""
        try:
            address = self._describe(now).get("end_session_endpoint")
        except SingleSignOnError:
            return None
        return address if isinstance(address, str) and _is_safe(address, query=True) else None

    def _check_return(self, begun: Begun, given: Mapping[str, str], now: datetime) -> None:
        if not secrets.compare_digest(begun.state.encode(), given.get("state", "").encode()):
            raise SingleSignOnError(_NOT_BEGUN, "another state")
        if not 0 <= now.timestamp() - begun.at <= LASTS_S:
            raise SingleSignOnError(_NOT_BEGUN, "begun too long ago")
        if given.get("iss", self.issuer) != self.issuer:
            raise SingleSignOnError(_NOT_PROVEN, "an answer of another issuer")
        if "error" in given:
            raise SingleSignOnError(_DENIED, given["error"][:100])
        if not 0 < len(given.get("code", "")) <= LONGEST_CODE:
            raise SingleSignOnError(_NOT_PROVEN, "no code")

    def _fetch_token(self, begun: Begun, code: str, back: str, now: datetime) -> dict[str, Any]:
        with self._client(back, now) as client:
            try:
                return dict(
                    client.fetch_token(
                        self._endpoint("token_endpoint", now),
                        code=code,
                        code_verifier=begun.verifier,
                        timeout=PATIENCE_S,
                        allow_redirects=False,
                    )
                )
            except (requests.RequestException, ValueError) as error:
                raise UnreachableError(_short(error)) from error
            except AuthlibBaseError as error:
                raise SingleSignOnError(_NOT_PROVEN, _short(error)) from error

    def _read_token(
        self, token: object, begun: Begun, now: datetime, answer: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The claims of an ID token that this provider signed, for us, for this very sign-in, and that still holds."""
        if not isinstance(token, str):
            raise SingleSignOnError(_NOT_PROVEN, "no ID token")
        try:
            known_as = jwt.decode(token, self._find_keys(token, now), algorithms=ALGORITHMS)
            claims = CodeIDToken(
                known_as.claims,
                known_as.header,
                options={
                    "iss": {"essential": True, "value": self.issuer},
                    "aud": {"essential": True, "value": self.client_id},
                    "nonce": {"essential": True, "value": begun.nonce},
                },
                params={
                    "nonce": begun.nonce,
                    "client_id": self.client_id,
                    "access_token": answer.get("access_token"),
                },
            )
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY_S)
        except (JoseError, AuthlibBaseError, ValueError, TypeError, KeyError) as error:
            raise SingleSignOnError(_NOT_PROVEN, _short(error)) from error
        return dict(claims)

    def _find_names(
        self, claims: dict[str, Any], access_token: str, now: datetime
    ) -> tuple[str, str]:
        """The account's and the person's name: from the ID token, else from what the provider tells of the person."""
        wanted = self.settings.oidc_name_claim
        if wanted not in claims and access_token and "userinfo_endpoint" in self._describe(now):
            told = self._ask_userinfo(access_token, now)
            if told.get("sub") != claims["sub"]:
                raise SingleSignOnError(_NOT_PROVEN, "userinfo of somebody else")
            claims = {**told, **claims}
        name = claims.get(wanted)
        if not isinstance(name, str) or not name.strip():
            raise SingleSignOnError(_NO_NAME, f"no claim {wanted}")
        if wanted == "email" and claims.get("email_verified") is not True:
            raise SingleSignOnError(_NO_NAME, "the address is not verified")
        person = claims.get(self.settings.oidc_person_claim)
        return name.strip().lower(), person.strip() if isinstance(person, str) else ""

    def _ask_userinfo(self, access_token: str, now: datetime) -> dict[str, Any]:
        address = self._endpoint("userinfo_endpoint", now)
        return self._get(address, {"Authorization": f"Bearer {access_token}"})

    def _client(self, back: str, now: datetime) -> OAuth2Session:
        ways = self._describe(now).get("token_endpoint_auth_methods_supported")
        way = "client_secret_post" if ways and "client_secret_basic" not in ways else None
        client = OAuth2Session(
            self.client_id,
            self._secret,
            scope=self.settings.oidc_scopes,
            redirect_uri=back,
            code_challenge_method="S256",
            token_endpoint_auth_method=way if self._secret else "none",
        )
        return self._prepared(client)

    def _prepared(self, client: Any) -> Any:  # noqa: ANN401  a session of either library
        client.trust_env = False
        client.verify = str(self.settings.oidc_ca_file) if self.settings.oidc_ca_file else True
        return client

    def _describe(self, now: datetime) -> dict[str, Any]:
        """What the provider says of itself (discovery)."""
        if not self._lock.acquire(timeout=TURN_S):
            reason = "another waits for its answer"
            raise UnreachableError(reason)
        try:
            if self._known is None or now.timestamp() - self._known[0] > KEPT_S:
                told = self._get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
                if told.get("issuer") != self.issuer:
                    reason = f"the provider calls itself {str(told.get('issuer'))[:200]}"
                    raise UnreachableError(reason)
                self._known = (now.timestamp(), told)
            return self._known[1]
        finally:
            self._lock.release()

    def _endpoint(self, name: str, now: datetime) -> str:
        address = self._describe(now).get(name)
        if not isinstance(address, str) or not _is_safe(address, query=True):
            reason = f"no safe {name}: {str(address)[:200]}"
            raise UnreachableError(reason)
        return address

    def _find_keys(self, token: str, now: datetime) -> KeySet | Key:
        """The provider's keys; asked for anew when they are old or the one that signed is not among them."""
        head = jws.extract_compact(token.encode()).headers()
        with self._lock:
            kept = self._keys
        if kept is None or now.timestamp() - kept[0] > KEPT_S or not _has(kept[1], head.get("kid")):
            told = self._get(self._endpoint("jwks_uri", now)).get("keys")
            usable = [key for key in told if _is_for_signing(key)] if isinstance(told, list) else []
            kept = (now.timestamp(), KeySet.import_key_set({"keys": usable}))
            with self._lock:
                self._keys = kept
        keys = kept[1].keys
        return keys[0] if "kid" not in head and len(keys) == 1 else kept[1]

    def _get(self, address: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        """A document of the provider's: no redirect is followed, and nothing larger than one is read."""
        with self._prepared(requests.Session()) as client:
            try:
                with client.get(
                    address,
                    headers=headers,
                    timeout=PATIENCE_S,
                    allow_redirects=False,
                    stream=True,
                ) as answer:
                    content = answer.raw.read(LARGEST_ANSWER + 1, decode_content=True)
                told = json.loads(content) if len(content) <= LARGEST_ANSWER else None
            except (requests.RequestException, HTTPError, ValueError, OSError) as error:
                raise UnreachableError(_short(error)) from error
        if answer.status_code != HTTPStatus.OK or not isinstance(told, dict):
            reason = f"{address} told no document ({answer.status_code})"
            raise UnreachableError(reason)
        return told


def find_provider(settings: Settings) -> Provider | None:
    """The provider that the settings name, or None. Raises RuleError when they do not go together."""
    return Provider(settings) if settings.oidc_issuer else None


def _is_safe(address: str, *, query: bool = False) -> bool:
    """Whether an address is spoken to by TLS, or lies on this very machine."""
    parts = urlsplit(address)
    if parts.fragment or parts.username or (parts.query and not query) or not parts.hostname:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL_NAMES)


def _has(keys: KeySet, kid: str | None) -> bool:
    return kid is None or any(key.kid == kid for key in keys.keys)


def _is_for_signing(key: Any) -> bool:  # noqa: ANN401  whatever the provider told
    return (
        isinstance(key, dict) and key.get("kty") in {"RSA", "EC"} and key.get("use", "sig") == "sig"
    )


def _short(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
