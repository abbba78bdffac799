# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: INP001, S310 -- no package; and the address is the administrator's choice
"""A detector that asks a service over HTTP, such as a language model of your own.

Copy this file into a plugin of yours, and connect it there:

    @receiver(text_detectors, dispatch_uid="my_plugin_detectors")
    def my_detectors(sender, **kwargs):
        return HttpDetector("http://llm.example.org/check", name="Our model")

The service gets ``{"text": …, "language": …}`` as JSON and answers with
``{"findings": [{"passage": …, "category": …, "strength": …, "reason": …}]}``.
It names passages in their own words, for language models cannot count
characters; where they stand is found here.
"""

import json
import urllib.request

# The answer is read up to here, in bytes.
MAX_ANSWER = 1_000_000
# Shorter than what the plugin waits, so that the connection is closed in order.
SECONDS = 15


class HttpDetector:
    """Asks a service about each text.

    Args:
        url: Where it listens. What speakers type is sent there.
        name: What organisers read.
        model: Anything that changes when the answers do: what was checked by
            another model is checked again.
        files: Whether the text of files is sent there, too. Who switches this on
            later needs another identifier, so that organisers are asked again.
    """

    identifier = "example.http"

    def __init__(self, url, *, name, model="1", files=False):
        self.url = url
        self.name = name
        self.version = f"1-{model}"
        self.files = files
        more = ", and the text in their files," if files else ""
        self.leaves_server = f"What speakers type{more} goes to {url}."

    def check_text(self, text, language):
        """Ask, and give back what was found. Raises what goes wrong."""
        question = json.dumps({"text": text, "language": language}).encode()
        request = urllib.request.Request(
            self.url, data=question, headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=SECONDS) as response:
            answer = json.loads(response.read(MAX_ANSWER))
        for entry in answer["findings"]:
            yield from self.places(text, entry)

    def places(self, text, entry):
        """A finding for each place where the passage stands in the text."""
        passage = entry["passage"]
        start = text.find(passage) if passage else -1
        while start >= 0:
            yield {
                "start": start,
                "end": start + len(passage),
                "category": entry["category"],
                "strength": entry["strength"],
                "reason": entry.get("reason", ""),
            }
            start = text.find(passage, start + len(passage))
