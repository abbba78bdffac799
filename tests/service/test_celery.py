# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""Real Celery workers with Redis, one of which is killed while it checks a file.

``REDIS_URL`` says where Redis is, without a database number (localhost where
unset). The database is PostgreSQL (``COC_TEST_DATABASE=postgres``) or a file of
SQLite (``COC_TEST_SQLITE``): a worker has to open it, too.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from celery import Celery
from django.conf import settings
from django.core.cache.backends.redis import RedisCache
from django.db import connection
from django_scopes import scopes_disabled

from pretalx_coc.models import Check, Finding
from pretalx_coc.models.storage import private_storage
from tests import factories, materials

redis = pytest.importorskip("redis")

pytestmark = [pytest.mark.service, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[2]
SERVER = os.environ.get("REDIS_URL", "redis://localhost:6379").rstrip("/")
DATABASE = f"{SERVER}/13"
BAD = "We show hot naked girls on every slide."
FINE = "An introduction to logging in distributed systems."
PATIENCE = 90  # seconds, for what takes two


@pytest.fixture
def broker():
    """Redis, with a database of its own that is empty."""
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("needs COC_TEST_DATABASE=postgres or COC_TEST_SQLITE")
    shutil.rmtree(private_storage().location, ignore_errors=True)
    client = redis.Redis.from_url(DATABASE)
    try:
        client.flushdb()
    except redis.ConnectionError:
        pytest.fail(
            f"No Redis answers at {SERVER}. Start one, or set REDIS_URL.", pytrace=False
        )
    yield client
    client.flushdb()


@contextmanager
def worker(tmp_path):
    """A Celery worker as in production; killed at the end, if it still lives."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "tests.worker_settings",
        "COC_WORKER_DATA": str(settings.DATA_DIR),
        "COC_WORKER_DATABASE": str(connection.settings_dict["NAME"]),
        "COC_WORKER_REDIS": DATABASE,
    }
    command = [sys.executable, "-m", "celery", "-A", "pretalx.celery_app", "worker"]
    name = f"--hostname=worker{time.monotonic_ns()}@%h"
    options = ["--concurrency=1", "--prefetch-multiplier=1", name]
    with (tmp_path / f"worker{time.monotonic_ns()}.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, *options, "--loglevel=INFO"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            kill(process)


def kill(process):
    """End the worker and its pool at once: nothing of it can tidy up."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()


def wait_for(condition, what, tmp_path):
    until = time.monotonic() + PATIENCE
    while not (result := condition()):
        if time.monotonic() > until:
            logs = [path.read_text() for path in tmp_path.glob("worker*.log")]
            pytest.fail(f"Waited in vain for {what}.\n" + "\n".join(logs))
        time.sleep(0.005)
    return result


def ready(tmp_path):
    """How many workers have started."""
    logs = (path.read_text() for path in tmp_path.glob("worker*.log"))
    return sum(" ready." in log for log in logs)


def busy(tmp_path):
    """How many workers were given something to do."""
    logs = (path.read_text() for path in tmp_path.glob("worker*.log"))
    return sum("check_subject" in log.partition(" ready.")[2] for log in logs)


def tell(name, **kwargs):
    """Send a task to the workers by the real broker."""
    with Celery("test", broker=DATABASE) as app:
        app.send_task(name, kwargs=kwargs, ignore_result=True)


def working():
    """Whether a worker has a file in hand: its own copy lies there."""
    folder = Path(private_storage().location) / "working"
    return folder.is_dir() and any(folder.iterdir())


@scopes_disabled()
def file_checks(event, resource):
    checks = Check.objects.filter(event=event, material=f"file:{resource.pk}")
    return list(checks.order_by("pk"))


@pytest.fixture
def upload(broker):
    """A talk with slides that nothing was checked of yet."""
    event = factories.make_event()
    talk = factories.make_talk(event, factories.make_user())
    pages = [f"{FINE} {number}" for number in range(150)]
    resource = materials.upload(talk, materials.pdf(*pages, BAD), name="slides.pdf")
    assert file_checks(event, resource) == []
    return event, talk, resource


def test_worker_killed_during_a_check_loses_nothing(upload, tmp_path):
    event, talk, resource = upload
    with worker(tmp_path) as first:
        tell("pretalx_coc.check_subject", event_id=event.pk, kind="talk", pk=talk.pk)
        wait_for(working, "a worker that has the file in hand", tmp_path)
        kill(first)
    assert file_checks(event, resource) == []
    with worker(tmp_path):
        tell("pretalx_coc.check_missed")
        wait_for(
            lambda: file_checks(event, resource), "the check of the file", tmp_path
        )
    (check,) = file_checks(event, resource)
    assert (check.is_current, check.state) == (True, "complete")
    with scopes_disabled():
        found = Finding.objects.filter(event=event, check_run=check)
        assert {finding.page for finding in found} == {151}


def test_two_workers_check_a_file_once(upload, tmp_path):
    event, talk, resource = upload
    ids = {"event_id": event.pk, "kind": "talk", "pk": talk.pk}
    with worker(tmp_path), worker(tmp_path):
        wait_for(lambda: ready(tmp_path) == 2, "two workers", tmp_path)
        for __ in range(4):
            tell("pretalx_coc.check_subject", **ids)
        wait_for(
            lambda: file_checks(event, resource), "the check of the file", tmp_path
        )
        wait_for(lambda: not working(), "workers that are done", tmp_path)
        assert busy(tmp_path) == 2
    with scopes_disabled():
        checks = Check.objects.filter(event=event)
        runs = list(checks.values_list("material", "content_sha256", "detector"))
    assert sorted(runs) == sorted(set(runs))
    assert len(file_checks(event, resource)) == 1


def test_workers_share_the_cache_in_which_claims_lie(broker):
    """As pretalx is set up in production: claims are of use only then."""
    one, other = (RedisCache(DATABASE, {}) for __ in range(2))
    assert one.add("claim", "first", 60)
    assert not other.add("claim", "second", 60)
    assert other.get("claim") == "first"
