"""Every setting once: its name, type, default, limits and help.

The annotations of the classes below are the one table that drives the defaults, the
YAML file, the names of the environment variables, the checks and `codex config show`.
A new setting is one new field. NamedTuple and not dataclass, because `dataclasses`
alone takes 10 ms to import, a third of what a small command may take.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple


class Secret(str):
    """Text that must not be shown; its repr is masked, an empty one means not set."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'********'" if self else "''"


class Rule(NamedTuple):
    """What is said about a setting besides its name, type and default.

    minimum and maximum are inclusive. form says in words what pattern, a regular
    expression for the whole text, demands. alias is a second environment name.
    """

    help: str
    minimum: int = 0
    maximum: int = 0
    choices: tuple[str, ...] = ()
    pattern: str = ""
    form: str = ""
    alias: str = ""


class Sqlite(NamedTuple):
    """The catalog file."""

    path: Annotated[Path, Rule("The catalog file.")] = Path("codex.db")


class Database(NamedTuple):
    """Where the catalog is kept."""

    db_type: Annotated[
        str, Rule("Kind of database; SQLite is the only one.", choices=("sqlite",))
    ] = "sqlite"
    sqlite: Sqlite = Sqlite()
    allow_network: Annotated[
        bool,
        Rule("Open the catalog on a network file system, where SQLite can lose data."),
    ] = False


class Application(NamedTuple):
    """The web server's address."""

    host: Annotated[
        str,
        Rule(
            "Address to listen on; 0.0.0.0 is every one of this machine.",
            pattern=r"[^\s/]+",
            form="a host name or an IP address",
        ),
    ] = "127.0.0.1"
    port: Annotated[int, Rule("Port to listen on; 0 takes a free one.", 0, 65535)] = (
        8080
    )


class Logging(NamedTuple):
    """What is logged, and where to."""

    level: Annotated[
        str,
        Rule(
            "Least important message that is logged.",
            choices=("error", "warn", "info", "debug", "trace"),
        ),
    ] = "info"
    console: Annotated[bool, Rule("Log to standard error.")] = True
    file: Annotated[Path | None, Rule("Log to this file as well.")] = None


class Auth(NamedTuple):
    """Signing in."""

    jwt_secret: Annotated[
        Secret,
        Rule(
            "Key that signs access tokens; made and kept in the data folder if empty.",
            pattern=r"(?s).{32,}",
            form="at least 32 characters long",
        ),
    ] = Secret()
    jwt_expiry_hours: Annotated[
        int, Rule("Hours until an access token expires.", 1, 8760)
    ] = 24
    email_confirmation_required: Annotated[
        bool, Rule("New users confirm their e-mail address before they can sign in.")
    ] = False
    argon2_memory_cost: Annotated[
        int, Rule("Memory for hashing a password, in KiB.", 8192, 4_194_304)
    ] = 19456
    argon2_time_cost: Annotated[
        int, Rule("Passes over that memory for one password.", 1, 100)
    ] = 2
    argon2_parallelism: Annotated[int, Rule("Threads for one password.", 1, 64)] = 1


class Api(NamedTuple):
    """The REST API."""

    enable_api_docs: Annotated[
        bool, Rule("Serve the API description and its viewer page.")
    ] = False
    api_docs_path: Annotated[
        str,
        Rule(
            "Path of the viewer page.",
            pattern=r"/[A-Za-z0-9._~/-]*",
            form="a path that begins with /",
            alias="CODEX_API_DOCS_PATH",
        ),
    ] = "/docs"
    cors_enabled: Annotated[
        bool, Rule("Let web pages of other origins call the API.")
    ] = True
    cors_origins: Annotated[
        tuple[str, ...],
        Rule(
            "Origins that may call the API; * is every one.",
            pattern=r"\*|https?://[^\s/]+",
            form="* or origins such as https://example.com",
        ),
    ] = ("*",)
    max_page_size: Annotated[
        int, Rule("Most items in one page of a list.", 1, 1000)
    ] = 100
    response_case: Annotated[
        str,
        Rule(
            "Names in answers: snake, or both (page_size and pageSize).",
            choices=("snake", "both"),
        ),
    ] = "snake"
    trusted_proxies: Annotated[
        tuple[str, ...],
        Rule(
            "Proxies whose X-Forwarded headers are believed; none if empty.",
            pattern=r"[0-9A-Fa-f.:]+(/[0-9]{1,3})?",
            form="addresses or networks such as 127.0.0.1 or 10.0.0.0/8",
        ),
    ] = ()
    max_body_bytes: Annotated[
        int, Rule("Largest JSON body of a request, in bytes.", 1024, 1 << 30)
    ] = 1 << 20
    request_timeout_seconds: Annotated[
        int, Rule("Seconds until a request is given up.", 1, 3600)
    ] = 30
    threads: Annotated[
        int, Rule("Requests that use the catalog at the same time, a process.", 1, 64)
    ] = 4
    image_threads: Annotated[
        int, Rule("Images that are made at the same time, a process.", 1, 64)
    ] = 2


class Email(NamedTuple):
    """Sending mail."""

    smtp_host: Annotated[
        str,
        Rule("Mail server.", pattern=r"[^\s/]+", form="a host name or an IP address"),
    ] = "localhost"
    smtp_port: Annotated[int, Rule("Port of the mail server.", 1, 65535)] = 587
    smtp_username: Annotated[
        str, Rule("User name for the mail server; empty: do not sign in.")
    ] = ""
    smtp_password: Annotated[Secret, Rule("Password for the mail server.")] = Secret()
    smtp_from_email: Annotated[
        str,
        Rule("Sender's address.", pattern=r"[^\s@]+@[^\s@]+", form="an e-mail address"),
    ] = "noreply@example.com"
    smtp_from_name: Annotated[str, Rule("Sender's name.")] = "Codex"
    verification_token_expiry_hours: Annotated[
        int, Rule("Hours until a confirmation link expires.", 1, 8760)
    ] = 24
    verification_url_base: Annotated[
        str,
        Rule(
            "Address of this server as users reach it, for links in mails.",
            pattern=r"https?://\S+",
            form="an address that begins with http:// or https://",
        ),
    ] = "http://localhost:8080"


class Task(NamedTuple):
    """Background tasks."""

    worker_count: Annotated[int, Rule("Tasks worked on at the same time.", 1, 64)] = 4


class Scanner(NamedTuple):
    """Scanning libraries."""

    max_concurrent_scans: Annotated[
        int, Rule("Libraries scanned at the same time.", 1, 32)
    ] = 2
    max_missing_percent: Annotated[
        int,
        Rule(
            "Refuse a scan that would mark more than this share of a library's books"
            " as missing; 100 never refuses.",
            0,
            100,
        ),
    ] = 20
    reader_threads: Annotated[int, Rule("Files read at the same time.", 1, 64)] = 4
    page_sizes: Annotated[
        bool, Rule("Read every page's width and height during the scan.")
    ] = True


class Files(NamedTuple):
    """Folders for files that Codex makes or is given."""

    thumbnail_dir: Annotated[Path, Rule("Folder for thumbnails.")] = Path("thumbnails")
    thumbnail_megabytes: Annotated[
        int,
        Rule("Most space for thumbnails; the least used ones go.", 16, 1_000_000),
    ] = 8192
    cache_dir: Annotated[
        Path, Rule("Folder for pages that were resized, converted or unpacked.")
    ] = Path("cache")
    cache_megabytes: Annotated[
        int, Rule("Most space for such pages; the least used ones go.", 16, 1_000_000)
    ] = 1024
    uploads_dir: Annotated[Path, Rule("Folder for uploaded files.")] = Path("uploads")


class Config(NamedTuple):
    """All settings of this machine, checked; every path is absolute.

    config_file is the file that was read, or None. sources says for every key where
    its value comes from: "default", "file /x/codex.yaml, line 3",
    "env CODEX_APPLICATION_PORT" or "option --data-dir".
    """

    data_dir: Annotated[Path, Rule("Folder that holds everything Codex keeps.")]
    database: Database = Database()
    application: Application = Application()
    logging: Logging = Logging()
    auth: Auth = Auth()
    api: Api = Api()
    email: Email = Email()
    task: Task = Task()
    scanner: Scanner = Scanner()
    files: Files = Files()
    disable_workers: Annotated[
        bool, Rule("Serve without working on background tasks.")
    ] = False
    cookie_secure: Annotated[bool, Rule("Send the sign-in cookie over HTTPS only.")] = (
        False
    )
    encryption_key: Annotated[
        Secret,
        Rule(
            "Key that encrypts stored credentials; made and kept in the data folder"
            " if empty.",
            pattern=r"[A-Za-z0-9+/_-]{43}=?",
            form="base64 of 32 bytes",
        ),
    ] = Secret()
    config_file: Path | None = None
    sources: Mapping[str, str] = MappingProxyType({})

    @property
    def catalog_path(self) -> Path:
        """The catalog file."""
        return self.database.sqlite.path

    @property
    def thumbnail_dir(self) -> Path:
        """The folder for thumbnails."""
        return self.files.thumbnail_dir


class Definition(NamedTuple):
    """One setting of the table; key is "scanner.page_sizes", default None if none."""

    key: str
    kind: Any
    default: Any
    rule: Rule

    @property
    def env(self) -> str:
        """The environment variable's name."""
        return "CODEX_" + self.key.upper().replace(".", "_")

    @property
    def is_secret(self) -> bool:
        """Whether its value must never be shown."""
        return self.kind is Secret


def walk_settings(section: type[Any], prefix: str = "") -> Iterator[Definition]:
    """Yield the settings of a section and of the sections inside it, in order."""
    for name, annotation in section.__annotations__.items():
        if hasattr(annotation, "_fields"):
            yield from walk_settings(annotation, f"{prefix}{name}.")
        elif hasattr(annotation, "__metadata__"):
            default = section._field_defaults.get(name)
            rule = annotation.__metadata__[0]
            yield Definition(prefix + name, annotation.__origin__, default, rule)


DEFINITIONS = {definition.key: definition for definition in walk_settings(Config)}
SECTIONS = frozenset(key.rpartition(".")[0] for key in DEFINITIONS) - {""}
