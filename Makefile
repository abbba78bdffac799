# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
#
# make demo        a pretalx with this plugin and a filled event (PORT=8000)
# make demo-fill   only fill the event, without serving it
# make demo-reset  throw the demo's data away and start over
# make bench       how good and how fast the detectors are, beside others (with
#                  COC_BENCH_DATA=folder on real talks too), and how long the list
#                  of the outstanding takes with 5,000 speakers and the queue with
#                  10,000 cases
# make test        all tests that need no service, no browser and no package index

MAKEFLAGS += --no-print-directory
export PORT PYTHON

.PHONY: bench bench-tools demo demo-fill demo-reset test environment

demo: environment
	@exec .venv/bin/python -m demo run

demo-fill: environment
	@exec .venv/bin/python -m demo fill

demo-reset: environment
	@exec .venv/bin/python -m demo run --reset

bench: environment bench-tools
	@.venv/bin/python bench/accuracy.py
	@.venv/bin/python bench/speed.py
	@.venv/bin/python bench/outstanding.py
	@exec .venv/bin/python bench/cases.py

# What is compared with. The benchmark leaves out what cannot be had.
bench-tools: environment
	@.venv/bin/python -m pip install --quiet --editable ".[bench]" || true
	@command -v npm >/dev/null && npm install --silent --no-save \
		--prefix .venv/ldnoobw naughty-words@1.2.0 || true

test: environment
	@exec .venv/bin/python -m pytest -m "not browser and not production and not service" $(ARGS)

environment:
	@sh demo/environment.sh
