"""The one mail that Codex sends: the link that confirms an e-mail address."""

from __future__ import annotations

import smtplib
import ssl
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import TYPE_CHECKING

from codex_lib.errors import MailError

if TYPE_CHECKING:
    from codex_lib.accounts.users import User
    from codex_lib.config.definitions import Email

_TIMEOUT_SECONDS = 15
_IMPLICIT_TLS_PORT = 465
_LOCAL = {"localhost", "127.0.0.1", "::1"}
_TEXT = """\
Hello,

somebody, most likely you, has made an account on {product} with this address.
To confirm it, open this link within {hours} hours:

{link}

If it was not you, do nothing: the account stays closed.
"""


def send_verification(
    settings: Email, user: User, link: str, *, product: str, now: str
) -> None:
    """Mail a user the link that confirms their address; product is this server's name.

    The connection is encrypted if the server can do it, and without that no password
    leaves this machine. Raises MailError, which holds no password and no link.
    """
    try:
        message = verification_mail(settings, user, link, product=product, now=now)
        with _connection(settings) as server:
            _prepare(server, settings)
            server.send_message(message)
    except (OSError, MessageError, ValueError) as error:
        place = f"{settings.smtp_host}:{settings.smtp_port}"
        reason = f"{place} did not take the mail: {_reason(error)}"
        raise MailError(reason) from error


def verification_mail(
    settings: Email, user: User, link: str, *, product: str, now: str
) -> EmailMessage:
    """Return the mail; names may hold any letters. Raises ValueError for line ends.

    Its text says nothing that a visitor chose: it goes to whomever they name.
    """
    sender = _address(settings.smtp_from_name, settings.smtp_from_email)
    message = EmailMessage()
    message["Subject"] = f"Confirm your e-mail address for {product}"
    message["From"] = sender
    message["To"] = _address(user.username, user.email)
    message["Date"] = format_datetime(datetime.fromisoformat(now))
    message["Message-ID"] = make_msgid(domain=sender.domain)
    message["Auto-Submitted"] = "auto-generated"
    hours = settings.verification_token_expiry_hours
    message.set_content(_TEXT.format(product=product, hours=hours, link=link))
    return message


def _address(name: str, email: str) -> Address:
    """By its parts: the parser of whole addresses refuses letters beyond ASCII."""
    local, _, domain = email.rpartition("@")
    return Address(name, local, domain)


def _connection(settings: Email) -> smtplib.SMTP:
    host, port = settings.smtp_host, settings.smtp_port
    if port == _IMPLICIT_TLS_PORT:
        return smtplib.SMTP_SSL(
            host, port, timeout=_TIMEOUT_SECONDS, context=_tls(settings)
        )
    return smtplib.SMTP(host, port, timeout=_TIMEOUT_SECONDS)


def _prepare(server: smtplib.SMTP, settings: Email) -> None:
    """Encrypt the connection as far as the server can, and sign in if that is asked."""
    server.ehlo()
    is_private = isinstance(server, smtplib.SMTP_SSL) or _is_local(settings)
    if server.has_extn("starttls"):
        server.starttls(context=_tls(settings))
        is_private = True
    if not settings.smtp_username:
        return
    if not is_private:
        message = "offers no encryption, so it was not sent the password"
        raise smtplib.SMTPNotSupportedError(message)
    try:
        server.login(settings.smtp_username, settings.smtp_password)
    except UnicodeEncodeError:  # it carries the password: nobody may see it
        message = "takes a user name and a password in ASCII only"
        raise smtplib.SMTPNotSupportedError(message) from None


def _tls(settings: Email) -> ssl.SSLContext:
    """A server on this machine has no certificate that anybody vouches for."""
    context = ssl.create_default_context()
    if _is_local(settings):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _is_local(settings: Email) -> bool:
    return settings.smtp_host.lower() in _LOCAL


def _reason(error: Exception) -> str:
    """Return what went wrong in one line for people."""
    answer: tuple[int, bytes | str] | None = None
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answer = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_code, error.smtp_error
    if answer is None:
        return " ".join(str(error).split())
    code, text = answer
    shown = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join(f"{code} {shown}".split())
