"""Which files in an archive can be tables, by their names."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

PACKED = {"gz", "bz2", "xz", "zst"}
TABLES = {
    "csv", "tsv", "tab", "txt", "dat", "data", "psv", "asc", "prn", "json", "jsonl", "ndjson", "geojson", "xlsx",
    "xlsm", "xls", "xlsb", "ods", "parquet", "pq", "feather", "arrow", "dta", "sav", "zsav", "por", "sas7bdat",
    "xpt", "rds", "rda", "rdata", "sqlite", "sqlite3", "db", "db3", "duckdb", "ddb",
}  # fmt: skip
# What stands beside tables in archives: notes, licences, code, pictures, checksums.
OTHERS = {
    "md", "rst", "pdf", "doc", "docx", "odt", "rtf", "ppt", "pptx", "html", "htm", "xml", "xsd", "css", "js",
    "png", "jpg", "jpeg", "gif", "svg", "tif", "tiff", "bmp", "webp", "mp3", "mp4", "wav", "ico", "py", "ipynb",
    "r", "rmd", "do", "ado", "sps", "sas", "sql", "sh", "bat", "exe", "dll", "so", "ini", "cfg", "yml", "yaml",
    "toml", "lock", "log", "md5", "sha1", "sha256", "asc.sig", "sig", "names", "pickle", "pkl", "npy", "npz",
    "h5", "ds_store", "lnk", "url", "prj", "shp", "shx", "dbf", "cpg", "sas7bcat",
}  # fmt: skip
MAYBE_NOTES = {"", "txt", "json", "db"}
NOTES = re.compile(
    r"(?i)(read[ _.-]?me|licen[cs]e|licenza|copying|changelog|changes|authors|notice|manifest|citation|lies[ _.-]?mich|"
    r"about|version|checksums?|metadata|codebook|terms[ _.-]?of[ _.-]?use|thumbs\.db$)"
)


@dataclass(frozen=True)
class Member:
    """A file in an archive."""

    name: str  # its path inside, with slashes
    size: int  # bytes, as the archive says


def is_table_name(name):
    """Return whether a file of this name can be the table that an archive was packed for.

    >>> [is_table_name(name) for name in ("a/data.csv", "__MACOSX/a/._data.csv", "README.txt", "iris.data.gz", "adult")]
    [True, False, False, True, True]
    """
    path = PurePosixPath(name)
    if path.name.startswith(".") or path.name.startswith("~$") or "__MACOSX" in path.parts:
        return False
    suffix = table_suffix(name)
    return suffix not in OTHERS and not (suffix in MAYBE_NOTES and NOTES.match(path.name))


def table_suffix(name):
    """Return the ending that says what a file is, without the one that says how it is packed.

    >>> table_suffix("a.b/Data.CSV.gz"), table_suffix("adult")
    ('csv', '')
    """
    parts = PurePosixPath(name).name.lower().split(".")
    while len(parts) > 1 and parts[-1] in PACKED:
        parts.pop()
    return parts[-1] if len(parts) > 1 else ""
