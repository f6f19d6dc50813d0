"""A small OpenID Connect provider for the tests: real redirects, an RSA key, codes that work once, PKCE."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.clock import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CLIENT_ID = "jiantu"
CLIENT_SECRET = "the map's secret at the provider"  # noqa: S105
BACK = "http://localhost/sign-in/sso/back"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})


@dataclass
class Provider:
    """What the provider answers; tests turn the knobs. `asked` counts requests by path."""

    issuer: str = ""
    person: dict[str, Any] = field(
        default_factory=lambda: {"sub": "7", "preferred_username": "Zhang", "name": "张工"}
    )
    claims: dict[str, Any] = field(default_factory=dict)
    """Laid over those of the ID token; None takes one away."""
    key: RSAKey = field(default_factory=lambda: KEY)
    jwks: list[dict[str, Any]] = field(default_factory=lambda: [KEY.as_dict(private=False)])
    algorithm: str = "RS256"
    called: str | None = None
    """How discovery names the issuer, if not by its address."""
    userinfo: dict[str, Any] | None = None
    denied: bool = False
    away: bool = False
    """No code is answered any more: what stands before the provider says so."""
    asked: dict[str, int] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser is sent: back, with a code for whoever is signed in here."""
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT_ID
        assert query["redirect_uri"] == BACK, query["redirect_uri"]
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        if self.denied:
            return f"{BACK}?{urlencode({'error': 'access_denied', 'state': query['state']})}"
        code = secrets.token_urlsafe(12)
        self.codes[code] = query
        return f"{BACK}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """An ID token for a code, once, to the client alone that began with this verifier."""
        if self.away:
            return 502, {}
        said = base64.b64decode(authorization.removeprefix("Basic ")).decode()
        if not hmac.compare_digest(said.encode(), f"{CLIENT_ID}:{CLIENT_SECRET}".encode()):
            return 401, {"error": "invalid_client"}
        begun = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            begun is None
            or challenge != begun["code_challenge"]
            or form["redirect_uri"] != begun["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        at = int(NOW.timestamp())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": at,
            "exp": at + 300,
            "nonce": begun["nonce"],
            **self.person,
            **self.claims,
        }
        token = self.sign({name: value for name, value in claims.items() if value is not None})
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": token}

    def sign(self, claims: dict[str, Any]) -> str:
        """The claims signed as the knobs say."""
        if self.algorithm == "RS256":
            return jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
        head = {"alg": self.algorithm, "kid": "one"}
        parts = b".".join(
            base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
            for part in (head, claims)
        )
        # An attacker has the provider's public key, and may take it for a shared secret.
        shared = KEY.as_pem(private=False)
        made = hmac.digest(shared, parts, "sha256") if self.algorithm == "HS256" else b""
        return f"{parts.decode()}.{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}"

    def describe(self) -> dict[str, Any]:
        """Discovery."""
        return {
            "issuer": self.called or self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "end_session_endpoint": f"{self.issuer}/logout",
        }


@contextmanager
def running_provider(certificate: Path | None = None) -> Iterator[Provider]:
    """A provider that answers on this machine, by TLS with `certificate` (PEM with its key) if one is given."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            provider.asked[parts.path] = provider.asked.get(parts.path, 0) + 1
            match parts.path:
                case "/.well-known/openid-configuration":
                    self.answer(200, provider.describe())
                case "/keys":
                    self.answer(200, {"keys": provider.jwks})
                case "/userinfo":
                    assert self.headers["Authorization"] == "Bearer a"
                    self.answer(200, provider.userinfo or {})
                case "/authorize":
                    query = {name: value[0] for name, value in parse_qs(parts.query).items()}
                    self.send_response(302)
                    self.send_header("Location", provider.authorize(query))
                    self.end_headers()
                case _:
                    self.answer(404, {})

        def do_POST(self) -> None:
            provider.asked[self.path] = provider.asked.get(self.path, 0) + 1
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: value[0] for name, value in parse_qs(body).items()}
            self.answer(*provider.token(form, self.headers.get("Authorization", "")))

        def answer(self, status: int, told: dict[str, Any]) -> None:
            content = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_said: object) -> None:
            """Nothing is written beside the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    scheme = "http"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    provider.issuer = f"{scheme}://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
