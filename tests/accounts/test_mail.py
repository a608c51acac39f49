"""Mails, told to real servers that speak SMTP."""

import socket
import ssl
import threading
from contextlib import closing
from email import message_from_bytes, policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from Cryptodome.Hash import SHA256
from Cryptodome.PublicKey import ECC
from Cryptodome.Signature import DSS
from Cryptodome.Util.asn1 import (
    DerBitString,
    DerInteger,
    DerObject,
    DerObjectId,
    DerSequence,
    DerSetOf,
)

from codex_lib.accounts import mail
from codex_lib.accounts.mail import send_verification, verification_mail
from codex_lib.config.definitions import Email, Secret
from codex_lib.errors import MailError

MONDAY = "2024-01-15T10:30:00.000000Z"
LINK = f"https://comics.example.com/auth/verify-email?token={'T' * 64}"
PASSWORD = "postman's secret"
# On this machine like 127.0.0.1, but nothing that is known to be.
ELSEWHERE = "127.0.0.2"


class Inbox:
    """What a mail server was given: envelopes, and who signed in over what."""

    def __init__(self):
        self.envelopes = []
        self.sign_ins = []
        self.refusal = None

    async def handle_RCPT(self, _server, session, envelope, address, _options):  # noqa: N802 - aiosmtpd's
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, session, envelope):  # noqa: N802 - aiosmtpd's
        envelope.is_encrypted = session.ssl is not None
        self.envelopes.append(envelope)
        return "250 OK"

    def authenticate(self, _server, session, _envelope, mechanism, login):
        given = (login.login.decode(), login.password.decode())
        self.sign_ins.append((mechanism, given, session.ssl is not None))
        return AuthResult(success=given == ("postman", PASSWORD), handled=False)

    def message(self):
        (envelope,) = self.envelopes
        return message_from_bytes(envelope.content, policy=policy.default)


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def serve(inbox):
    """Return a function that starts a mail server and returns settings for it."""
    started = []

    def start(host="127.0.0.1", smtp_username="", controller=Controller, **options):
        with closing(socket.create_server((host, 0))) as free:
            port = free.getsockname()[1]
        server = controller(
            inbox,
            hostname=host,
            port=port,
            authenticator=inbox.authenticate,
            auth_require_tls=False,
            **options,
        )
        server.start()
        started.append(server)
        return Email(
            smtp_host=host,
            smtp_port=port,
            smtp_from_email="codex@example.com",
            smtp_from_name="Our comics",
            smtp_username=smtp_username,
            smtp_password=Secret(PASSWORD if smtp_username else ""),
        )

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def send(make_user):
    """Return a function that sends a user their mail."""

    def run(settings, user=None, product="Codex"):
        user = user or make_user("ana")
        send_verification(settings, user, LINK, product=product, now=MONDAY)

    return run


def failure(send, settings, **options):
    with pytest.raises(MailError) as caught:
        send(settings, **options)
    message = str(caught.value)
    assert message.startswith(f"{settings.smtp_host}:{settings.smtp_port} did not take")
    assert "\n" not in message
    assert PASSWORD not in message
    assert "TTTT" not in message
    return message


def name(text):
    """Return an X.501 name with this common name."""
    value = DerObject(0x0C, text.encode())  # a UTF8String
    pair = DerSequence([DerObjectId("2.5.4.3"), value.encode()])
    return DerSequence([DerSetOf([pair.encode()])]).encode()


def certificate_of(host):
    """Return a certificate that signs itself, and its key, as PEM."""
    key = ECC.generate(curve="P-256")
    moments = [
        DerObject(0x17, moment).encode()
        for moment in (b"200101000000Z", b"490101000000Z")
    ]
    algorithm = DerSequence([DerObjectId("1.2.840.10045.4.3.2")]).encode()
    public = key.public_key().export_key(format="DER")
    body = DerSequence(
        [
            DerInteger(1),
            algorithm,
            name(host),
            DerSequence(moments).encode(),
            name(host),
            public,
        ]
    ).encode()
    signature = DSS.new(key, "fips-186-3", encoding="der").sign(SHA256.new(body))
    whole = DerSequence([body, algorithm, DerBitString(signature).encode()]).encode()
    return ssl.DER_cert_to_PEM_cert(whole) + key.export_key(format="PEM")


@pytest.fixture
def tls(tmp_path):
    """A server's TLS with a certificate that nobody vouches for."""
    path = tmp_path / "server.pem"
    path.write_text(certificate_of("mail.example.com"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


# What is sent


def test_the_mail_holds_the_link_and_says_for_how_long(serve, send, inbox):
    send(serve())

    (envelope,) = inbox.envelopes
    assert envelope.mail_from == "codex@example.com"
    assert envelope.rcpt_tos == ["ana@example.com"]
    message = inbox.message()
    assert message["From"] == "Our comics <codex@example.com>"
    assert message["To"] == "ana <ana@example.com>"
    assert message["Subject"] == "Confirm your e-mail address for Codex"
    assert message["Date"] == "Mon, 15 Jan 2024 10:30:00 +0000"
    assert message["Message-ID"].endswith("@example.com>")
    assert LINK in message.get_content().splitlines()
    assert "within 24 hours" in message.get_content()


def test_names_of_any_letters_arrive(serve, send, inbox, make_user):
    user = make_user("Zoë, 漫画 <fan>", email="zoe@example.com")
    settings = serve()._replace(smtp_from_name="Бібліотека")

    send(settings, user=user, product="Ünser Regal")

    message = inbox.message()
    (recipient,) = message["To"].addresses
    assert (recipient.display_name, recipient.addr_spec) == (user.username, user.email)
    assert message["From"].addresses[0].display_name == "Бібліотека"
    assert "Ünser Regal" in message["Subject"]
    assert "Ünser Regal" in message.get_content()


def test_an_address_of_any_letters_arrives_where_the_server_can(
    serve, send, inbox, make_user
):
    user = make_user("jürgen", email="jürgen@exämple.de")

    send(serve(), user=user)

    assert inbox.envelopes[0].rcpt_tos == ["jürgen@exämple.de"]


def test_and_where_it_cannot_it_is_told(serve, send, make_user):
    user = make_user("jürgen", email="jürgen@exämple.de")

    assert "SMTPUTF8" in failure(send, serve(enable_SMTPUTF8=False), user=user)


def test_a_users_name_is_nowhere_in_the_text(make_user):
    """Whoever registers chooses the name and the address: it would carry their spam."""
    user = make_user("win at casino.example", email="a@b.com")

    message = verification_mail(Email(), user, LINK, product="Codex", now=MONDAY)

    assert "casino" not in message.get_content()


@pytest.mark.parametrize(
    "options",
    [{"product": "Codex\nBcc: eve@example.com"}, {"product": "Codex\r\n\r\nHello"}],
)
def test_no_line_can_be_added_to_the_head(serve, send, inbox, options):
    failure(send, serve(), **options)

    assert inbox.envelopes == []


# Encryption and signing in


@pytest.mark.parametrize("is_required", [False, True])
def test_a_server_that_can_encrypt_is_spoken_to_encrypted(
    serve, send, inbox, tls, is_required
):
    send(serve(tls_context=tls, require_starttls=is_required))

    assert inbox.envelopes[0].is_encrypted


def test_elsewhere_a_certificate_that_nobody_vouches_for_is_refused(
    serve, send, inbox, tls
):
    settings = serve(ELSEWHERE, tls_context=tls)

    assert "certificate verify failed" in failure(send, settings)
    assert inbox.envelopes == []


def test_a_server_that_is_encrypted_from_the_start(
    serve, send, inbox, tls, monkeypatch
):
    settings = serve(ssl_context=tls, smtp_username="postman")
    monkeypatch.setattr(mail, "_IMPLICIT_TLS_PORT", settings.smtp_port)

    send(settings)

    assert inbox.message()["To"] == "ana <ana@example.com>"
    assert inbox.sign_ins[0][1] == ("postman", PASSWORD)


def test_codex_signs_in_where_it_is_told_to(serve, send, inbox, tls):
    send(serve(smtp_username="postman", tls_context=tls))

    assert inbox.sign_ins[0][1:] == (("postman", PASSWORD), True)
    assert len(inbox.envelopes) == 1


def test_without_a_user_name_nobody_signs_in(serve, send, inbox):
    send(serve())

    assert inbox.sign_ins == []


def test_on_this_machine_the_password_may_go_unencrypted(serve, send, inbox):
    send(serve(smtp_username="postman"))

    assert inbox.sign_ins[0][1:] == (("postman", PASSWORD), False)


def test_elsewhere_no_password_goes_unencrypted(serve, send, inbox):
    settings = serve(ELSEWHERE, smtp_username="postman")

    assert "offers no encryption" in failure(send, settings)
    assert inbox.sign_ins == []
    assert inbox.envelopes == []


def test_a_wrong_password_is_told_and_not_shown(serve, send):
    settings = serve(smtp_username="somebody")

    assert "535 " in failure(send, settings)


def test_a_password_that_smtp_cannot_say_is_told_and_not_shown(serve, send):
    settings = serve(smtp_username="postman")
    settings = settings._replace(smtp_password=Secret(f"{PASSWORD} ü"))

    with pytest.raises(MailError, match="in ASCII only") as caught:
        send(settings)
    cause = caught.value.__cause__
    assert cause.__suppress_context__
    assert PASSWORD not in str(caught.value)


# What goes wrong


def test_a_refused_recipient_is_told(serve, send, inbox):
    inbox.refusal = "550 5.1.1 No such user"

    message = failure(send, serve())

    assert message.endswith("550 5.1.1 No such user")


def test_a_server_that_is_not_there_is_told(send):
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    settings = Email(smtp_host="127.0.0.1", smtp_port=port)

    assert "refused" in failure(send, settings)


def answer_once(text):
    """Start a server that says one thing and goes; return its port."""
    server = socket.create_server(("127.0.0.1", 0))

    def answer():
        with closing(server), closing(server.accept()[0]) as peer:
            peer.sendall(text)

    threading.Thread(target=answer).start()
    return server.getsockname()[1]


@pytest.mark.parametrize(
    ("greeting", "reason"),
    [
        (b"554 5.3.0\r\n", "554 5.3.0"),
        (b"554 go \xff away\r\n", "554 go \ufffd away"),
        (b"", "Connection unexpectedly closed"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "-1 "),
    ],
)
def test_a_server_that_is_no_mail_server_is_told(send, greeting, reason):
    settings = Email(smtp_host="127.0.0.1", smtp_port=answer_once(greeting))

    assert reason in failure(send, settings)


def test_a_server_that_says_nothing_is_given_up(send, monkeypatch):
    monkeypatch.setattr(mail, "_TIMEOUT_SECONDS", 0.1)
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        settings = Email(smtp_host="127.0.0.1", smtp_port=silent.getsockname()[1])

        assert "timed out" in failure(send, settings)
