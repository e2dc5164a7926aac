"""SQLite's URL options, those of the JDBC driver: what becomes of each."""

from bascule.engine.dialects.connecting import UrlOption

_JVM = "it steers the Java driver only"

URL_OPTIONS: dict[str, UrlOption] = {
    "busy_timeout": UrlOption("honoured"),
    "foreign_keys": UrlOption("honoured"),
    "journal_mode": UrlOption("honoured"),
    "synchronous": UrlOption("honoured"),
    "date_class": UrlOption("harmless", why=_JVM),
    "date_precision": UrlOption("harmless", why=_JVM),
    "date_string_format": UrlOption("harmless", why=_JVM),
    "open_mode": UrlOption("refused", why="a migration opens the file to read and write"),
    "enable_load_extension": UrlOption("refused", why="extensions are not loaded into the process that migrates"),
    "transaction_mode": UrlOption("harmless", why="every transaction is BEGIN IMMEDIATE"),
}
