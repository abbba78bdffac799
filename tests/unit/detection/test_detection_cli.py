# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The detector from a shell."""

import json
import subprocess
import sys


def run(*arguments, stdin=b""):
    command = [sys.executable, "-m", "pretalx_coc.detection", *map(str, arguments)]
    done = subprocess.run(command, input=stdin, capture_output=True, check=False)
    return done, [json.loads(line) for line in done.stdout.splitlines()]


def test_files_give_one_object_each(tmp_path):
    clean, bad = tmp_path / "clean.txt", tmp_path / "bad.txt"
    clean.write_text("The life of a packet", encoding="utf-8")
    bad.write_text("Grüße: free pоrn", encoding="utf-8")
    done, answers = run(clean, bad)
    assert done.returncode == 0
    assert [answer["file"] for answer in answers] == [str(clean), str(bad)]
    assert answers[0]["findings"] == []
    (finding,) = answers[1]["findings"]
    assert (finding["start"], finding["end"]) == (12, 16)
    assert answers[1]["unchecked"] == []


def test_an_unreadable_file_is_an_error_and_the_rest_goes_on(tmp_path):
    latin, good = tmp_path / "latin.txt", tmp_path / "good.txt"
    latin.write_bytes(b"caf\xe9")
    good.write_text("porn", encoding="utf-8")
    done, answers = run(tmp_path / "missing.txt", latin, good)
    assert done.returncode == 1
    assert ["error" in answer for answer in answers] == [True, True, False]
    assert answers[1]["error"] == "This is not text in UTF-8."
    assert len(answers[2]["findings"]) == 1
    assert done.stderr == b""


def test_lines_give_one_object_each_and_bad_ones_an_error():
    lines = [
        '{"text": "Free porn", "lang": "en"}',
        "",
        "no json",
        '["text"]',
        '{"lang": "en"}',
        '{"text": 5}',
        '{"text": "fine", "lang": 7}',
        '{"text": "\\ud800 fine", "lang": null}',
    ]
    stdin = "\n".join(lines).encode() + b'\n{"text": "\xff"}\n{"text": "fine"}'
    done, answers = run("--jsonl", stdin=stdin)
    assert done.returncode == 1
    assert [answer["line"] for answer in answers] == [1, 3, 4, 5, 6, 7, 8, 9, 10]
    errors = [answer["line"] for answer in answers if "error" in answer]
    assert errors == [3, 4, 5, 6, 7, 9]
    assert [finding["start"] for finding in answers[0]["findings"]] == [5]
    assert done.stderr == b""


def test_findings_are_no_failure():
    done, answers = run("--jsonl", stdin=b'{"text": "Free porn"}\n')
    assert done.returncode == 0
    assert answers[0]["findings"][0]["category"] == "pornography"


def test_neither_files_nor_lines_is_a_usage_error():
    done, answers = run()
    assert (done.returncode, answers) == (2, [])
    done, answers = run("--jsonl", "file.txt")
    assert (done.returncode, answers) == (2, [])
