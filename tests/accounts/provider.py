"""A small OpenID Connect provider that really runs: discovery, authorize, token, keys, with PKCE and signed tokens."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "anning", "a-secret"


class Provider:
    """Signs in ``subject`` without asking; ``claims`` overrides what its tokens say, ``key`` what signs them."""

    def __init__(self) -> None:
        self.subject = "emp-001"
        self.claims: dict[str, Any] = {}
        self.published = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"})
        self.key = self.published
        self.codes: dict[str, dict[str, str]] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.get(self)

            def do_POST(self) -> None:
                provider.post(self)

            def log_message(self, *args: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def get(self, request: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(request.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/.well-known/openid-configuration":
            places = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/keys"}
            self.answer(request, {"issuer": self.issuer, **{name: self.issuer + path for name, path in places.items()}})
        elif parts.path == "/keys":
            self.answer(request, {"keys": [self.published.as_dict(private=False)]})
        elif parts.path == "/authorize" and asked["client_id"] == CLIENT and asked["scope"] == "openid":
            code = secrets.token_urlsafe(16)
            self.codes[code] = asked
            request.send_response(302)
            back = urlencode({"code": code, "state": asked["state"]})
            request.send_header("Location", f"{asked['redirect_uri']}?{back}")
            request.end_headers()
        else:
            self.answer(request, {"error": "invalid_request"}, 400)

    def post(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"])).decode()
        told = {name: values[0] for name, values in parse_qs(body).items()}
        asked = self.codes.pop(told.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(told["code_verifier"].encode()).digest()).rstrip(b"=")
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        fits = (
            asked
            and request.headers["Authorization"] == f"Basic {known}"
            and asked["code_challenge"] == challenge.decode()
            and asked["redirect_uri"] == told["redirect_uri"]
        )
        if not fits or asked is None:
            self.answer(request, {"error": "invalid_grant"}, 400)
            return
        now = int(time.time())
        claims = {"iss": self.issuer, "sub": self.subject, "aud": CLIENT, "iat": now, "exp": now + 300}
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, {**claims, "nonce": asked["nonce"], **self.claims}, self.key)
        self.answer(request, {"access_token": secrets.token_urlsafe(), "token_type": "Bearer", "id_token": signed})

    @staticmethod
    def answer(request: BaseHTTPRequestHandler, facts: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(facts).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
