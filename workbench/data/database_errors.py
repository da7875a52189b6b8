"""What drivers of databases complain about, as sentences in which no user and no password stand."""

import contextlib

import sqlalchemy as sa

from workbench.errors import CannotRead

LONGEST = 300
# (words of the drivers, message, advice); the first that fits is said.
SENTENCES = (
    (
        ("password authentication failed", "access denied for user", "no password supplied", "role", "ident authent",
         "peer authentication", "28p01", "28000"),
        "The database does not accept this user and password.",
        "Check both. Only in an address that you type as one line, special characters are percent-encoded.",
    ),
    (
        ("name or service not known", "could not translate host", "getaddrinfo", "nodename nor servname",
         "failed to resolve host", "name resolution", "no address associated"),
        "There is no computer of that name in the network.",
        "Check the host.",
    ),
    (("statement timeout", "canceling statement", "interrupted", "lost connection"),
     "The database took too long to answer.", "Ask for fewer rows, or a simpler query."),
    (
        ("connection refused", "timeout expired", "timed out", "can't connect", "connection timeout",
         "no route to host", "network is unreachable"),
        "The database does not answer.",
        "Check host and port, and whether a firewall or a VPN is between.",
    ),
    (("read-only transaction", "read only transaction", "readonly database", "attempt to write"),
     "The query would change the database, which is not allowed here.", "Write one SELECT that only reads."),
    (("unknown database", 'database "', "unable to open database"),
     "There is no database of that name, or it cannot be opened.", "Check the name of the database."),
    (("permission denied", "select command denied", "insufficient privilege"),
     "The user may not read this.", "Ask whoever runs the database for the right to read it."),
    (("file is not a database", "malformed"),
     "The file is no SQLite database, or it is damaged.", "Check that it is the right file."),
    (("ssl", "certificate"), "The database asks for an encrypted connection that could not be made.",
     "Add what it asks for to the address, such as ?sslmode=require."),
)  # fmt: skip


@contextlib.contextmanager
def told(url):
    """Let nothing but CannotRead without secrets leave the block, whatever the driver raises."""
    problem = None
    try:
        yield
    except CannotRead:
        raise
    except sa.exc.NoSuchModuleError:
        problem = (f"There is no driver for “{url.drivername}” here.", "Use PostgreSQL, MySQL, MariaDB or SQLite.")
    except ImportError as error:
        problem = (
            f"Reading from {url.get_backend_name()} needs the package {error.name or 'of its driver'}, which is not "
            "installed here.",
            "Install it, or export the table as CSV.",
        )
    except (sa.exc.SQLAlchemyError, OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        problem = _sentence(error, url)
    if problem:
        # Outside the handler: a driver's error may hold the address, and must not hang on to ours.
        raise CannotRead(*problem)


def _sentence(error, url):
    cause = getattr(error, "orig", None) or error
    number_and_text = len(cause.args) == 2 and isinstance(cause.args[1], str)  # as MySQL's driver gives it
    text = cause.args[1] if number_and_text else str(cause)
    lower = text.lower()
    for words, message, advice in SENTENCES:
        if any(word in lower for word in words) and not _about_query(lower, words):
            return message, advice
    shown = " ".join(text.strip().partition("\n")[0].split())
    for secret in (url.password, url.username):
        if secret:
            shown = shown.replace(str(secret), "…")
    return f"The database could not do it: {shown[:LONGEST].rstrip('.')}.", "Check the query and the name of the table."


def _about_query(lower, words):
    """Return whether a general word only fits because the query is quoted in the message."""
    return "role" in words and "syntax error" in lower
