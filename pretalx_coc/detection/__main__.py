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
import sys
from dataclasses import asdict
from pathlib import Path

from pretalx_coc.detection import DETECTOR_VERSION, check_text


def main(arguments=None):
    parser = argparse.ArgumentParser(
        prog="python -m pretalx_coc.detection",
        description="Point at sexualised content in texts. People decide.",
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="text in UTF-8")
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
    failed = False
    for answer in answers:
        failed = failed or "error" in answer
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    return 1 if failed else 0


def _check_files(names, language):
    for name in names:
        try:
            text = Path(name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            yield {"file": name, "error": "This is not text in UTF-8."}
        except OSError as error:
            yield {"file": name, "error": error.strerror or str(error)}
        else:
            yield {"file": name, **asdict(check_text(text, language))}


def _check_lines(stream):
    for number, line in enumerate(stream, start=1):
        if not line.strip():
            continue
        try:
            text, language = _read_line(line)
        except ValueError as error:
            yield {"line": number, "error": str(error)}
        else:
            yield {"line": number, **asdict(check_text(text, language))}


def _read_line(line):
    """Text and language of a line; says in words what is wrong with it."""
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


if __name__ == "__main__":
    sys.exit(main())
