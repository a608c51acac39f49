"""Every address of the API and the resource behind it, on one screen.

{x:uuid} and {x:int} are checked by the endpoint, after the caller is known, so that a
malformed one is 400 and not an unknown address.
"""

from __future__ import annotations

from codex_lib.api import health, setup, sign_in

BASE = "/api/v1"

# Below BASE. A literal segment wins over a placeholder.
API: tuple[tuple[str, object], ...] = (
    ("/setup/status", setup.Status()),
    ("/setup/initialize", setup.Initialize()),
    ("/setup/settings", setup.Settings()),
    ("/auth/login", sign_in.Login()),
    ("/auth/register", sign_in.Register()),
    ("/auth/logout", sign_in.Logout()),
    ("/auth/me", sign_in.MyAccount()),
    ("/auth/verify-email", sign_in.VerifyEmail()),
    ("/auth/resend-verification", sign_in.ResendVerification()),
    ("/health", health.HealthReport()),
)
ROOT: tuple[tuple[str, object], ...] = (("/health", health.HealthText()),)

ROUTES = tuple((f"{BASE}{path}", resource) for path, resource in API) + ROOT
