# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Learn the weights under ``pretalx_coc/detection/data/learnt`` anew.

From the texts in ``bench/data/practice`` and, where ``COC_BENCH_DATA`` names a
folder with them, from the development texts (``eval-dev.jsonl``) and real talks
(``talks-dev.jsonl.gz``), in which next to nothing is sexualised. Logistic
regression over what ``windows.features`` sees. The thresholds are where, in texts
that a fold did not learn from, as few are flagged as ``HARMLESS`` says for each
language and ``TALKS`` for all of them together.

Needs the extra ``bench``. The texts in ``written.jsonl`` are not used: they are
what the result is measured on (``bench/accuracy.py``).

    python bench/learn.py            all languages
    python bench/learn.py de fr      these
"""

import argparse
import gzip
import json
import zlib
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
from accuracy import CODES
from rivals import DATA, ROOT
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression

from pretalx_coc.detection.checking import DISGUISES, _matches
from pretalx_coc.detection.datafiles import WEIGHTS
from pretalx_coc.detection.languages import Detected
from pretalx_coc.detection.learnt import _languages as languages_of
from pretalx_coc.detection.lexicon import available, load
from pretalx_coc.detection.normalise import normalise
from pretalx_coc.detection.parts import Part, split
from pretalx_coc.detection.windows import features, of_form, share, speaking, windows

HEAD = (
    "# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors",
    "# SPDX-License-Identifier: Apache-2.0",
)
PRACTICE = ROOT / "bench" / "data" / "practice"
LANGUAGES = available()
FOLDS = 5
#: The share of harmless texts written that may be flagged, in each language.
HARMLESS = 0.03
#: The share of real talks, in all languages together: of a few hundred in one
#: language, one odd talk says little of the others.
TALKS = 0.0004
#: How strongly weights are drawn to nothing; smaller is stronger.
STRENGTH = 1.0
#: A window of a real talk counts less than a text that was written for this.
REAL_WEIGHT = 0.5
#: So far above what may not be flagged is a threshold.
MARGIN = 0.01
#: Weights that are smaller are left out.
WORTH = 0.05
#: Of the windows above the threshold, so many may be lost to the quick look.
LOST = 0.004


def practice(language):
    """The texts written for a language, and the development texts, each once."""
    rows = {}
    for path in sorted(PRACTICE.glob(f"{language}*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            rows.setdefault(row["text"], row)
    if DATA:
        path = Path(DATA) / "eval-dev.jsonl"
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["lang"] == language:
                kind = "explicit" if row["label"] else "harmless"
                rows.setdefault(row["text"], row | {"kind": kind})
    return list(rows.values())


def real_talks():
    """Language → for each real talk the windows that are read in it.

    As a check reads them: a talk whose language is told wrongly, or that mixes
    several, is there for each that it is taken for.
    """
    talks = defaultdict(list)
    if not DATA:
        return talks
    path = Path(DATA) / "talks-dev.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            text = f"{row['title']}\n\n{row['text']}"
            hint = CODES.get(row["lang"])
            found = as_checked(text, hint)
            # A title alone is what a list of talks shows, and has little to say.
            for language, windows_ in as_checked(row["title"], hint).items():
                found[language] += windows_
            for language, windows_ in found.items():
                talks[language].append(windows_)
    return talks


def as_checked(text, hint):
    """Language → the windows of a text that are read in it."""
    words, _ = normalise(text)
    parts, found = split(words, hint), defaultdict(list)
    matches = helpful(text, words, parts, hint)
    for part in parts:
        for language in languages_of(part.detected, hint):
            if language in LANGUAGES:
                found[language] += seen_in(words, part, language, matches)
    return found


def helpful(text, words, parts, hint):
    """What the word lists find in a text, as a check hands it on."""
    return [
        (entry, start, end)
        for entry, start, end, steps in _matches(text, words, parts, hint)
        if entry.kind == "rule" or DISGUISES.isdisjoint(steps)
    ]


def seen(text, language):
    """The features of each window of a text that is in one language."""
    words, _ = normalise(text)
    whole = Part(0, len(words), Detected((language,)))
    return seen_in(words, whole, language, helpful(text, words, (whole,), language))


def seen_in(words, part, language, matches):
    """For each window its features, those of its words apart, and its length."""
    result, lexicon = [], load(language)
    for first, last in windows(words, part.first, part.last, language):
        start, end = words[first].start, words[last - 1].end
        inside = [match for match in matches if start <= match[1] and match[2] <= end]
        forms, inside = speaking(words[first:last], inside)
        entries = [entry for entry, _, _ in inside]
        # What the quick look sees: each word by itself, as often as it is there.
        apart = Counter(
            name for word in words[first:last] for name in of_form(word.form, lexicon)
        )
        result.append((features(forms, lexicon, entries), apart, len(forms)))
    return result


class Texts:
    """Texts with a label, as rows of features: several windows may be of one."""

    def __init__(self, groups):
        self.windows, self.text = [], []
        for number, group in enumerate(groups):
            self.windows += group
            self.text += [number] * len(group)
        self.text = np.array(self.text, dtype=int)
        self.number = len(groups)

    def matrix(self, names):
        """A row for each window: its features, each with its share."""
        rows, columns, values = [], [], []
        for row, (found, _, _) in enumerate(self.windows):
            known = [names[name] for name in found if name in names]
            rows += [row] * len(known)
            columns += known
            values += [share(found)] * len(known)
        shape = (len(self.windows), len(names))
        return csr_matrix((values, (rows, columns)), shape=shape)

    def best(self, scores):
        """The highest score of each text's windows."""
        best = np.full(self.number, -99.0)
        np.maximum.at(best, self.text, scores)
        return best

    def fold(self, name):
        """In which fold each text is held back: always the same one."""
        return np.array(
            [zlib.crc32(f"{name}{n}".encode()) % FOLDS for n in range(self.number)]
        )


def fit(written, labels, real, weight):
    """A model of written windows with labels, and of real ones without any."""
    rows = vstack([written, real]) if real is not None else written
    extra = real.shape[0] if real is not None else 0
    model = LogisticRegression(C=STRENGTH, solver="liblinear", max_iter=3000)
    return model.fit(
        rows,
        np.r_[labels, np.zeros(extra)],
        sample_weight=np.r_[np.ones(len(labels)), np.full(extra, weight)],
    )


class Language:
    """The texts of one language, and what is learnt from them."""

    def __init__(self, code, talks):
        self.code = code
        self.rows = practice(code)
        self.labels = np.array([row["label"] for row in self.rows])
        self.kinds = np.array([row["kind"] for row in self.rows])
        self.written = Texts([seen(row["text"], code) for row in self.rows])
        self.real = Texts(talks)
        names = sorted(set().union(*(window[0] for window in self.written.windows)))
        self.names = {name: column for column, name in enumerate(names)}
        self.rows_written = self.written.matrix(self.names)
        self.rows_real = self.real.matrix(self.names)
        self.score()
        ordered = np.sort(self.best[self.labels == 0])[::-1]
        self.limit = ordered[int(len(ordered) * HARMLESS)] + MARGIN

    def score(self):
        """What each text scores with weights that were not learnt from it."""
        w, r, by_window = self.rows_written, self.rows_real, self.by_window
        held, real_held = self.written.fold("written"), self.real.fold("real")
        scores, real_scores = np.zeros(w.shape[0]), np.zeros(r.shape[0])
        for fold in range(FOLDS):
            out = held[self.written.text] == fold
            real_out = real_held[self.real.text] == fold
            model = fit(w[~out], by_window[~out], r[~real_out], REAL_WEIGHT)
            scores[out] = model.decision_function(w[out])
            if real_out.any():
                real_scores[real_out] = model.decision_function(r[real_out])
        self.best, self.real_best = (
            self.written.best(scores),
            self.real.best(real_scores),
        )

    @property
    def by_window(self):
        return self.labels[self.written.text]

    @property
    def flagged(self):
        """The real talks above the threshold, by score."""
        return np.sort(self.real_best[self.real_best >= self.limit])

    def found(self, limit):
        """The share of sexualised texts that a threshold leaves above it."""
        return np.mean(self.best[self.labels == 1] >= limit)

    @property
    def price(self):
        """What it costs to flag one real talk less."""
        return self.found(self.limit) - self.found(self.flagged[0] + MARGIN)

    def report(self):
        shares = [
            np.mean(self.best[self.kinds == kind] >= self.limit)
            for kind in ("implicit", "explicit", "harmless")
        ]
        print(
            f"{self.code}: {len(self.rows)} texts, {self.real.number} talks; held back "
            "in turn: implicit {:.2f}, explicit {:.2f}, harmless {:.3f}, ".format(
                *shares
            )
            + f"talks {len(self.flagged)}; threshold {self.limit:.2f}",
            flush=True,
        )

    def write(self):
        model = fit(self.rows_written, self.by_window, self.rows_real, REAL_WEIGHT)
        weights = {n: float(model.coef_[0][c]) for n, c in self.names.items()}
        weights = {n: v for n, v in weights.items() if abs(v) >= WORTH}
        bias, limit = float(model.intercept_[0]), float(self.limit)
        write(self.code, weights, bias, limit, self.written, self.labels)


def spare_talks(languages):
    """Raise thresholds, where it costs least, until few enough talks are flagged."""
    most = int(TALKS * sum(one.real.number for one in languages))
    while sum(len(one.flagged) for one in languages) > most:
        # The price, and then the name, so that it is always the same one.
        priced = [(one.price, one.code, one) for one in languages if len(one.flagged)]
        cheapest = min(priced, key=lambda entry: entry[:2])[2]
        cheapest.limit = cheapest.flagged[0] + MARGIN


def write(language, weights, bias, limit, written, labels):
    """Write the file, with what the words apart of a window must come to."""
    apart = []
    for (found, single, length), text in zip(
        written.windows, written.text, strict=True
    ):
        total = sum(weights.get(name, 0) for name in found)
        if labels[text] and bias + share(found) * total >= limit - 1:
            words = sum(weights.get(name, 0) * n for name, n in single.items())
            apart.append(words / length**0.5)
    apart = float(np.quantile(apart, LOST)) if apart else 0.0
    head = {"bias": bias, "threshold": limit, "apart": apart}
    lines = list(HEAD)
    lines += [f"# {name}\t{round(value * 100)}" for name, value in head.items()]
    lines += [f"{n}\t{round(v * 100)}" for n, v in sorted(weights.items())]
    path = Path(WEIGHTS) / f"{language}.tsv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("languages", nargs="*", help="only these")
    options = parser.parse_args()
    known = sorted({path.stem[:2] for path in PRACTICE.glob("*.jsonl")})
    talks = real_talks()
    chosen = options.languages or known
    languages = [Language(code, talks[code]) for code in chosen]
    spare_talks(languages)
    for one in languages:
        one.report()
        one.write()


if __name__ == "__main__":
    main()
