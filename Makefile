# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
#
# make demo        a pretalx with this plugin and a filled event (PORT=8000)
# make demo-fill   only fill the event, without serving it
# make demo-reset  throw the demo's data away and start over
# make bench       how long the list of the outstanding takes with 5,000 speakers
# make test        all tests that need no service, no browser and no package index

MAKEFLAGS += --no-print-directory
export PORT PYTHON

.PHONY: bench demo demo-fill demo-reset test environment

demo: environment
	@exec .venv/bin/python -m demo run

demo-fill: environment
	@exec .venv/bin/python -m demo fill

demo-reset: environment
	@exec .venv/bin/python -m demo run --reset

bench: environment
	@exec .venv/bin/python bench/outstanding.py

test: environment
	@exec .venv/bin/python -m pytest -m "not browser and not production and not service" $(ARGS)

environment:
	@sh demo/environment.sh
