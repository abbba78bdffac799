# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Check files, or JSON lines from standard input, from a shell.

    python -m pretalx_coc.detection FILE...
    python -m pretalx_coc.detection --jsonl < lines

One JSON object comes out for each file or line. What cannot be read gives an
object with ``error``, the rest goes on, and the exit status is 1 at the end.
Findings do not change the exit status: a finding is no failure.
"""

import argparse
import json
import os
import sys

from pretalx_coc.detection import DETECTOR_VERSION, check_text

#: Bytes. The longest text that is read fits in, however it is escaped.
LONGEST_LINE = 32_000_000

_FIELDS = ("level", "rule", "category", "strength", "start", "end", "reason")
#: Said only where there is something to say.
_PLACES = ("page", "slide", "box", "member")


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m pretalx_coc.detection",
        description="Point at sexualised content in files and texts. People decide.",
    )
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="slides, documents, pictures, texts, or a ZIP of these",
    )
    parser.add_argument(
        "--jsonl",
        action="store_true",
        help='read lines such as {"text": "…", "lang": "en"} from standard input',
    )
    parser.add_argument("--language", help="a hint for the files, such as de")
    parser.add_argument("--version", action="version", version=DETECTOR_VERSION)
    options = parser.parse_args(arguments)
    if options.jsonl == bool(options.files):
        parser.error("give either files or --jsonl")
    if options.jsonl:
        answers = _check_lines(sys.stdin.buffer)
    else:
        answers = _check_files(options.files, options.language)
    try:
        return _print(answers)
    except BrokenPipeError:
        # Whoever read this has seen enough. Python would complain once more
        # when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _print(answers):
    failed = False
    for answer in answers:
        failed = failed or "error" in answer
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    return 1 if failed else 0


def _check_files(names, language):
    # Texts from standard input need nothing of what reads documents.
    from pretalx_coc.detection.documents import check_file  # noqa: PLC0415

    for name in names:
        try:
            with open(name, "rb", opener=_without_waiting):
                pass
            result = check_file(name, os.path.basename(name), language=language)  # noqa: PTH119
        except OSError as error:
            yield {"file": name, "error": error.strerror or str(error)}
        else:
            yield {"file": name, "kind": result.kind, **_answer(result)}


def _without_waiting(name, flags):
    """Open a pipe that nobody writes to; reading says that it is no file."""
    return os.open(name, flags | os.O_NONBLOCK)


def _check_lines(stream):
    for number, line in enumerate(_lines(stream), start=1):
        if not line.strip():
            continue
        try:
            text, language = _read_line(line)
        except ValueError as error:
            yield {"line": number, "error": str(error)}
        else:
            yield {"line": number, **_answer(check_text(text, language))}


def _lines(stream):
    """The lines of a stream, those that are too long cut short by one byte more."""
    while line := stream.readline(LONGEST_LINE + 1):
        rest = line
        while len(rest) > LONGEST_LINE and not rest.endswith(b"\n"):
            rest = stream.readline(LONGEST_LINE + 1)
        yield line


def _read_line(line):
    """Text and language of a line; says in words what is wrong with it."""
    if len(line) > LONGEST_LINE:
        raise ValueError(f"This line is longer than {LONGEST_LINE:,} bytes.")
    try:
        data = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise ValueError("This line is not UTF-8.") from None
    except (ValueError, RecursionError):
        raise ValueError("This line is not JSON.") from None
    if not isinstance(data, dict) or not isinstance(data.get("text"), str):
        raise ValueError('This line has no "text".')  # noqa: TRY004
    language = data.get("lang")
    if language is not None and not isinstance(language, str):
        raise ValueError('"lang" is not a string.')
    return data["text"], language


def _answer(result):
    """Findings and what was not read, as plain objects."""
    return {
        "findings": [_plain(finding, _FIELDS) for finding in result.findings],
        "unchecked": [
            _plain(one, ("start", "end", "code", "reason")) for one in result.unchecked
        ],
    }


def _plain(value, fields):
    plain = {field: getattr(value, field) for field in fields}
    if getattr(value, "part", "text") != "text":
        plain["part"] = value.part
    for place in _PLACES:
        if getattr(value, place, None):
            plain[place] = getattr(value, place)
    return plain


if __name__ == "__main__":
    sys.exit(main())
