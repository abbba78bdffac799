# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The detector from a shell."""

import contextlib
import json
import os
import subprocess
import sys
import zipfile

from pretalx_coc.detection.__main__ import LONGEST_LINE

#: Whoever imports one of these fails, as on a machine that does not have them.
BLOCKED = """
import runpy, sys
for name in ("django", "pretalx", "rules", "celery"):
    sys.modules[name] = None
sys.argv[0] = "detection"
runpy.run_module("pretalx_coc.detection", run_name="__main__", alter_sys=True)
"""


def run(*arguments, stdin=b""):
    command = [sys.executable, "-c", BLOCKED, *map(str, arguments)]
    done = subprocess.run(
        command, input=stdin, capture_output=True, check=False, timeout=60
    )
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
    good = tmp_path / "good.txt"
    good.write_text("porn", encoding="utf-8")
    done, answers = run(tmp_path / "missing.txt", tmp_path, good)
    assert done.returncode == 1
    assert ["error" in answer for answer in answers] == [True, True, False]
    assert answers[0]["error"] == "No such file or directory"
    assert len(answers[2]["findings"]) == 1
    assert done.stderr == b""


def test_what_cannot_be_opened_in_a_file_is_unchecked_and_no_error(tmp_path):
    broken = tmp_path / "slides.pdf"
    broken.write_bytes(b"%PDF-1.7 and then nothing")
    done, (answer,) = run(broken)
    assert done.returncode == 0
    assert answer["kind"] == "pdf"
    assert "broken" in {one["code"] for one in answer["unchecked"]}


def test_a_pipe_that_nobody_writes_to_is_not_waited_for(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    done, (answer,) = run(pipe)
    assert done.returncode == 0
    assert [one["code"] for one in answer["unchecked"]] == ["missing"]


def test_a_finding_carries_what_was_agreed_and_a_place_only_where_there_is_one(
    tmp_path,
):
    done, (answer,) = run("--jsonl", stdin=b'{"text": "Free porn", "lang": "en"}')
    (finding,) = answer["findings"]
    fields = {"level", "rule", "category", "strength", "start", "end", "reason"}
    assert set(finding) == fields
    assert set(answer) == {"line", "findings", "unchecked"}
    slides = tmp_path / "slides.odp"
    with zipfile.ZipFile(slides, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.presentation")
        package.writestr("content.xml", ODP)
    done, (answer,) = run(slides)
    assert [(f["slide"], "page" in f) for f in answer["findings"]] == [(2, False)]
    assert done.returncode == 0


ODP = """<office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:presentation>
<draw:page draw:master-page-name="M"><draw:frame><draw:text-box><text:p>Hello there</text:p>
</draw:text-box></draw:frame></draw:page>
<draw:page draw:master-page-name="M"><draw:frame><draw:text-box><text:p>Free porn</text:p>
</draw:text-box></draw:frame></draw:page>
</office:presentation></office:body></office:document-content>"""


def test_a_line_that_is_too_long_is_an_error_and_the_rest_goes_on():
    stdin = b'{"text": "' + b"a" * (LONGEST_LINE + 5) + b'"}\n{"text": "porn"}\n'
    done, answers = run("--jsonl", stdin=stdin)
    assert done.returncode == 1
    assert [("error" in answer, answer["line"]) for answer in answers] == [
        (True, 1),
        (False, 2),
    ]
    assert len(answers[1]["findings"]) == 1


def test_a_long_text_in_a_line_says_where_reading_stopped():
    stdin = json.dumps({"text": "word " * 500_000}).encode()
    done, (answer,) = run("--jsonl", stdin=stdin)
    assert done.returncode == 0
    assert [one["code"] for one in answer["unchecked"]] == ["length"]


def test_a_reader_who_leaves_early_is_no_traceback():
    lines = b'{"text": "Free porn"}\n' * 3000
    command = [sys.executable, "-m", "pretalx_coc.detection", "--jsonl"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.close()
        # It may be gone before everything was written.
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(lines)
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        assert process.stderr.read() == b""
        assert process.wait() == 1


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
