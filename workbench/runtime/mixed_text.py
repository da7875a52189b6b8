"""The codec ``utf-8-mixed``: UTF-8 in which some bytes are Windows-1252.

Such files come of programs that paste texts of two encodings together; reading the whole in either would spoil
the other part. Importing this module makes the name known to Python.
"""

import codecs

MIXED = "utf-8-mixed"
_HANDLER = "workbench-cp1252"


def _as_windows(error):
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    text = "".join(
        bytes([byte]).decode("cp1252", errors="ignore") or bytes([byte]).decode("iso8859-1") for byte in wrong
    )
    return text, error.end


class _Decoder(codecs.BufferedIncrementalDecoder):
    def _buffer_decode(self, data, errors, final):
        return codecs.utf_8_decode(data, _HANDLER, final)


class _Encoder(codecs.IncrementalEncoder):
    def encode(self, text, final=False):
        return text.encode("utf-8")


class _Reader(codecs.StreamReader):
    def decode(self, data, errors="strict"):
        return codecs.utf_8_decode(data, _HANDLER)


class _Writer(codecs.StreamWriter):
    def encode(self, text, errors="strict"):
        return codecs.utf_8_encode(text)


def _search(name):
    if name.replace("_", "-") != MIXED:
        return None
    return codecs.CodecInfo(
        name=MIXED,
        encode=lambda text, errors="strict": codecs.utf_8_encode(text),
        decode=lambda data, errors="strict": codecs.utf_8_decode(data, _HANDLER, True),
        incrementalencoder=_Encoder,
        incrementaldecoder=_Decoder,
        streamreader=_Reader,
        streamwriter=_Writer,
    )


codecs.register_error(_HANDLER, _as_windows)
codecs.register(_search)
