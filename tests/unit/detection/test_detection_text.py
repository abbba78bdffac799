# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""What the detector points at, what it leaves alone, and what it promises."""

import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pretalx_coc.detection import (
    DETECTOR_VERSION,
    MAX_CHARACTERS,
    Finding,
    Unchecked,
    check_text,
    datafiles,
)
from pretalx_coc.detection.checking import MAX_FINDINGS
from pretalx_coc.detection.version import compute_version

BAD = [
    "porn",
    "p0rn",
    "p.o.r.n",
    "s e x y girls",
    "d\u200bick pics",
    "ｔｉｔｓ",
    "🍆💦",
]
NOISE = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("\u200b\u200d\u0301\u0327\u202e\u2066אשש\u064b🍆ｔ𝓼 .\n"),
    ),
    max_size=25,
)


def passages(text, language=None):
    return [text[f.start : f.end] for f in check_text(text, language).findings]


def levels(text, language=None):
    return {finding.level for finding in check_text(text, language).findings}


@pytest.mark.parametrize(
    "text",
    (
        "Penetration testing for everyone, and how penetration tests end.",
        "Naked objects and naked pointers: a pattern language.",
        "Call strip() on the strings, then rstrip() on the rest.",
        "A talk on preventing sexual harassment at our conference.",
        "Students from Essex, Sussex and Scunthorpe assess the cockpit.",
        "An R object is a SEXP, and SEXPTYPE says which one.",
        "Breast cancer imaging with open data.",
        "We built a porn filter for school networks to protect children.",
        "Content moderation of pornographic uploads, without burning out.",
        "Replace every xxx with your own token; XXX marks a gap.",
        "Back Orifice and other tools of the nineties.",
        "Dick Hardt and Dick Moores about identity.",
        "Size matters: smaller container images.",
        "The story has a happy ending.",
        "Sexy primes and twin primes.",
        "Hot reloading, hot paths and hardcore type theory.",
    ),
)
def test_harmless_text_is_left_alone(text):
    assert check_text(text, "en").findings == ()


@pytest.mark.parametrize(
    ("text", "passage"),
    (
        ("Perform like a pr0n star", "pr0n"),
        ("There is s e x y girls material", "s e x y girls"),
        ("Hot pоrn for admins", "pоrn"),
        ("Meet our booth babes at the entrance", "booth babes"),
        ("Then on to the strip club afterparty", "strip club"),
        ("Expect sexy girls on slides", "sexy girls"),
        ("My c*ck in a glob", "c*ck"),
        ("Wir zeigen euch nackte Mädchen", "nackte Mädchen"),
        ("Le soir, un strip-tease pour tous", "strip-tease"),
        ("Vamos a ver chicas desnudas", "chicas desnudas"),
    ),
)
def test_sexualised_text_is_pointed_at_where_it_stands(text, passage):
    assert any(passage in found for found in passages(text))


def test_double_meanings_count_only_in_company():
    alone = "Size matters when you ship a container."
    together = "Size matters: she moans, she begs, she gets wet and wants to swallow."
    assert {f.level for f in check_text(alone, "en").findings} <= {"hint"}
    assert "review" in {f.level for f in check_text(together, "en").findings}


def test_a_protecting_topic_lowers_a_hit_only_nearby():
    near = "Preventing harassment: why porn on slides drives people away."
    far = "Preventing harassment matters. " + "Then words follow. " * 20 + "Porn now!"
    assert check_text(near, "en").findings == ()
    assert passages(far, "en") == ["Porn"]


def test_a_topic_does_not_hide_the_crudest_passage():
    text = "A study of every blowjob I got."
    (finding,) = check_text(text, "en").findings
    assert "lowered" in dict(finding.steps)
    assert finding.strength < 0.9


def test_a_raising_word_close_by_raises_a_hit():
    plain = check_text("We stream porn over the wire.", "en").findings
    raised = check_text("We stream porn live on stage.", "en").findings
    assert plain[0].strength < raised[0].strength
    assert "raised" in dict(raised[0].steps)


def test_the_language_of_the_text_counts_and_the_hint_only_helps():
    german = "Auf dem Stand sind die dicken Titten mit der Folie zu sehen."
    assert passages(german) == passages(german, "en") == passages(german, "de")
    assert passages(german)
    # "pute" is poultry in German and an insult in French.
    assert check_text("Die Pute ist im Ofen und wird nicht trocken.").findings == ()


def test_steps_say_what_was_undone():
    (finding,) = check_text("Some pоrn here", "en").findings
    assert ("unmasked", "look-alikes") in finding.steps
    (finding,) = check_text("Some p0rn here", "en").findings
    assert ("unmasked", "leet") in finding.steps


def test_a_language_without_word_list_is_said_and_not_shown_as_clean():
    text = "Μια ομιλία για το πώς γράφουμε κώδικα και τον διαβάζουμε"
    assert [u.start for u in check_text(text).unchecked] == [0]
    assert "greek" in check_text(text).unchecked[0].reason
    assert check_text("A talk about how we write the code").unchecked == ()


def test_text_beyond_the_limit_is_said_to_be_unchecked():
    text = "word " * (MAX_CHARACTERS // 5) + "porn"
    result = check_text(text)
    assert result.findings == ()
    (unchecked,) = result.unchecked
    assert (unchecked.start, unchecked.end) == (MAX_CHARACTERS, len(text))
    assert f"{MAX_CHARACTERS:,}" in unchecked.reason


def test_a_list_of_findings_that_was_cut_says_where():
    text = "porn and " * (MAX_FINDINGS + 2)
    result = check_text(text, "en")
    assert len(result.findings) == MAX_FINDINGS
    (unchecked,) = result.unchecked
    assert (unchecked.start, unchecked.end) == (9 * MAX_FINDINGS, len(text))
    assert check_text("porn and " * MAX_FINDINGS, "en").unchecked == ()


HOSTILE = (
    "a",
    "a ",
    "girl ",
    "porn.",
    "fuck hot naked wet moan lick porn ",
    "hot naked girl with big ",
    "\u0301",
    "p-",
    "🍆💦",
    "<b",
    "<!-- ",
    "&#112;",
    "[a](",
    '"porn ',
    "\u202eporn",
    "pоrн ",
    "p0rn1 ",
    "色情",
    "порно девушки ",
    "This is the one. Das ist der andere. ",
    "«„“",
)


def lines_run(text):
    """How many lines of code a check takes: a clock would measure the machine."""
    count, monitoring = 0, sys.monitoring

    def add(code, line):
        nonlocal count
        count += 1

    monitoring.use_tool_id(monitoring.PROFILER_ID, "lines")
    try:
        monitoring.register_callback(
            monitoring.PROFILER_ID, monitoring.events.LINE, add
        )
        monitoring.set_events(monitoring.PROFILER_ID, monitoring.events.LINE)
        check_text(text)
    finally:
        monitoring.set_events(monitoring.PROFILER_ID, 0)
        monitoring.free_tool_id(monitoring.PROFILER_ID)
    return count


@pytest.mark.parametrize("piece", HOSTILE)
def test_work_grows_with_the_length_and_no_faster(piece):
    part = piece * (1_500 // len(piece))
    whole = part * 8
    # What a process does once and then knows is not part of it.
    check_text(part)
    check_text(whole)
    assert lines_run(whole) <= lines_run(part) * 8 * 1.2 + 1_000


def test_a_text_of_nothing_but_hits_is_weighed_up_to_a_point():
    text = "porn " * 30_000
    result = check_text(text, "en")
    assert len(result.findings) == MAX_FINDINGS
    assert [one.code for one in result.unchecked] == ["number"]
    assert result.unchecked[0].start == 5 * MAX_FINDINGS


@given(st.text(), st.one_of(st.none(), st.text(max_size=8)))
def test_no_text_and_no_hint_raises(text, language):
    result = check_text(text, language)
    assert isinstance(result.findings, tuple)
    assert isinstance(result.unchecked, tuple)


@pytest.mark.parametrize("text", ("", " ", "\ud800", "\x00", "\ufffe", "*", "#", "@"))
def test_odd_texts_have_no_findings(text):
    assert check_text(text).findings == ()


@settings(max_examples=200)
@given(NOISE, st.sampled_from(BAD), NOISE)
def test_offsets_cut_the_passage_out_of_the_original_text(before, bad, after):
    # Far enough from the noise, which may spell a protecting topic.
    filler = "\n\n" + "zzq " * 50 + ".\n\n"
    text = f"{before}{filler}{bad}{filler}{after}"
    start = len(before) + len(filler)
    result = check_text(text)
    own = [f for f in result.findings if start <= f.start and f.end <= start + len(bad)]
    # Where many words speak together, the finding is larger than the passage.
    assert [f for f in result.findings if f.start < start + len(bad) and start < f.end]
    for finding in own:
        assert text[finding.start : finding.end] in bad
    places = [(f.start, f.end) for f in result.findings]
    assert places == sorted(places)
    for finding in result.findings:
        assert 0 <= finding.start < finding.end <= len(text)


def test_offsets_count_code_points_after_characters_that_fold_to_several():
    text = "ﬃ ½ ㎒ İß 𝓪𝓫 e\u0301\u0323 \u202eשלום\u202c\n\nporn"
    (finding,) = check_text(text, "en").findings
    assert (finding.start, finding.end) == (len(text) - 4, len(text))


def test_results_are_values():
    text = "Free porn for everyone, and the hottest clips"
    assert check_text(text) == check_text(text)
    finding = check_text(text).findings[0]
    assert isinstance(finding, Finding)
    with pytest.raises(AttributeError):
        finding.start = 0
    with pytest.raises(AttributeError):
        Unchecked(0, 1, "length", "why").start = 1


def test_the_version_is_short_and_the_same_in_another_process():
    code = "import pretalx_coc.detection as d; print(d.DETECTOR_VERSION)"
    other = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert other.stdout.strip() == DETECTOR_VERSION
    assert 3 < len(DETECTOR_VERSION) <= 20


def test_the_version_changes_with_any_data_file(tmp_path, monkeypatch):
    (tmp_path / "en.toml").write_bytes(b"a = 1\n")
    monkeypatch.setattr(datafiles, "DATA", tmp_path)
    first = compute_version()
    (tmp_path / "en.toml").write_bytes(b"a = 1\r\n")
    assert compute_version() == first
    (tmp_path / "en.toml").write_bytes(b"a = 2\n")
    second = compute_version()
    (tmp_path / "pt.toml").write_bytes(b"")
    assert len({first, second, compute_version()}) == 3


def test_import_reads_no_word_list_and_brings_no_parser():
    code = (
        "import sys, pretalx_coc.detection as d; "
        "print('tomllib' in sys.modules, len(d.lexicon._loaded)); "
        "d.check_text('Some text'); "
        "print('tomllib' in sys.modules, len(d.lexicon._loaded))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    before, after = run.stdout.splitlines()
    assert before == "False 0"
    assert after.startswith("True")
    assert not after.endswith(" 0")


def test_import_needs_neither_django_nor_the_rest_of_the_package():
    code = (
        "import json, sys, pretalx_coc.detection as d; d.check_text('Some text'); "
        "print(json.dumps(sorted(m for m in sys.modules if m.split('.')[0] in "
        "('django', 'pretalx') or m.startswith('pretalx_coc'))))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    loaded = json.loads(run.stdout)
    assert "pretalx_coc.detection" in loaded
    assert [
        name
        for name in loaded
        if name != "pretalx_coc" and not name.startswith("pretalx_coc.detection")
    ] == []
