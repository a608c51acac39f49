"""Every address of the API and the resource behind it, on one screen.

{x:uuid} and {x:int} are checked by the endpoint, after the caller is known, so that a
malformed one is 400 and not an unknown address.
"""

from __future__ import annotations

from codex_lib.api import (
    api_keys,
    books,
    confirm,
    health,
    libraries,
    series,
    setup,
    sign_in,
    users,
)

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
    ("/libraries", libraries.Libraries()),
    ("/libraries/{library_id:uuid}", libraries.OneLibrary()),
    ("/libraries/{library_id:uuid}/thumbnail", libraries.LibraryCover()),
    ("/series", series.SeriesList()),
    ("/series/{series_id:uuid}", series.OneSeries()),
    ("/series/{series_id:uuid}/thumbnail", series.SeriesCover()),
    ("/books", books.Books()),
    ("/books/{book_id:uuid}", books.OneBook()),
    ("/books/{book_id:uuid}/thumbnail", books.BookCover()),
    ("/users", users.Users()),
    ("/users/{user_id:uuid}", users.OneUser()),
    ("/api-keys", api_keys.ApiKeys()),
    ("/api-keys/{key_id:uuid}", api_keys.OneApiKey()),
    ("/health", health.HealthReport()),
)
# At the server's root.
ROOT: tuple[tuple[str, object], ...] = (
    ("/auth/verify-email", confirm.ConfirmPage()),
    ("/health", health.HealthText()),
)

ROUTES = tuple((f"{BASE}{path}", resource) for path, resource in API) + ROOT
