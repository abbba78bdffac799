# SPDX-FileCopyrightText: 2026-present pretalx-coc contributors
# SPDX-License-Identifier: Apache-2.0
"""The wheel, and what an organiser has after installing it.

It is built from a copy of the checkout, installed into an empty environment beside
a pretalx from the package index, set up with pretalx's own commands, and served by
gunicorn. The pages are fetched as a visitor's and an organiser's browser would.

``COC_TEST_PRETALX`` names another pretalx to install (``pretalx~=2026.2.1``), and
``COC_TEST_OLD_PRETALX`` another one that is too old (``pretalx==2026.1.2``).
"""

import email
import http.cookiejar
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.parse
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

from tests.unit.house.files import name, project_files

pytestmark = pytest.mark.production

PRETALX = os.environ.get("COC_TEST_PRETALX", "pretalx~=2026.2.1")
OLD_PRETALX = os.environ.get("COC_TEST_OLD_PRETALX", "pretalx==2026.1.2")
HERE = Path(__file__).parent
MINUTES = 60
LANGUAGES = ("de", "fr")


def run(*command, cwd, env=None, minutes=5, succeeds=True):
    """Runs a command to its end; what it said is in the message if it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=minutes * MINUTES,
    )
    if (done.returncode == 0) != succeeds:
        outcome = "failed" if succeeds else "did not fail"
        pytest.fail(f"{' '.join(map(str, command))} {outcome}:\n{done.stdout}")
    return done.stdout


def clean_environment(**more):
    """The environment of a shell in which nobody has worked on this project."""
    names = ("DJANGO_SETTINGS_MODULE", "PYTHONPATH", "PRETALX_DATA_DIR", "VIRTUAL_ENV")
    kept = {key: value for key, value in os.environ.items() if key not in names}
    return kept | more


# -- What is in it ---------------------------------------------------------------


@pytest.fixture(scope="module")
def distributions(tmp_path_factory):
    """The sdist and the wheel, built from the files that would be committed."""
    folder = tmp_path_factory.mktemp("build")
    source = folder / "source"
    for path in project_files():
        target = source / name(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    # Without --sdist and --wheel, the wheel is built from the sdist.
    run(
        sys.executable,
        *("-m", "build", "--outdir", folder / "dist", source),
        cwd=folder,
        env=clean_environment(),
    )
    (sdist,) = (folder / "dist").glob("*.tar.gz")
    (wheel,) = (folder / "dist").glob("*.whl")
    return sdist, wheel


@pytest.fixture(scope="module")
def wheel(distributions):
    return distributions[1]


@pytest.fixture(scope="module")
def names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_wheel_holds_the_package_as_committed_and_the_compiled_translations(names):
    committed = {
        name(path) for path in project_files() if name(path).startswith("pretalx_coc/")
    }
    compiled = {
        file.removesuffix(".po") + ".mo" for file in committed if file.endswith(".po")
    }

    assert {file for file in names if ".dist-info/" not in file} == committed | compiled
    assert {
        f"pretalx_coc/locale/{lang}/LC_MESSAGES/django.mo" for lang in LANGUAGES
    } <= (compiled)


@pytest.mark.parametrize(
    "pattern",
    (
        r"pretalx_coc/templates/pretalx_coc/.+\.html",
        r"pretalx_coc/detection/data/.+",
        r"pretalx_coc/migrations/0001_\w+\.py",
        r"pretalx_coc/locale/de/LC_MESSAGES/django\.mo",
        r"pretalx_coc/locale/fr/LC_MESSAGES/django\.mo",
        r"pretalx_coc-[\d.]+\.dist-info/licenses/LICENSE",
    ),
)
def test_wheel_holds(names, pattern):
    assert [file for file in names if re.fullmatch(pattern, file)]


def test_wheel_holds_static_files_if_there_are_any(names):
    static = {
        name(path)
        for path in project_files()
        if name(path).startswith("pretalx_coc/static/")
    }

    assert static <= names


def test_wheel_and_sdist_hold_nothing_that_only_developers_need(distributions, names):
    sdist, _wheel = distributions
    with tarfile.open(sdist) as archive:
        folders = {
            Path(member).parts[1] for member in archive.getnames() if "/" in member
        }
    tops = {file.split("/")[0] for file in names}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"pretalx_coc"}
    assert folders & {"tests", "demo", "bench", "docs", ".ci", "Makefile"} == set()


def test_wheel_says_what_it_is_and_requires_what_reads_pdfs(wheel, names):
    (metadata_name,) = [file for file in names if file.endswith("/METADATA")]
    with zipfile.ZipFile(wheel) as archive:
        metadata = email.message_from_bytes(archive.read(metadata_name))
        entry_points = archive.read(
            metadata_name.replace("METADATA", "entry_points.txt")
        )
    required = [
        requirement
        for requirement in metadata.get_all("Requires-Dist", [])
        if "extra ==" not in requirement
    ]

    assert metadata["Name"] == "pretalx-coc"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.13"
    assert [re.split(r"[<>=]", one)[0] for one in required] == ["pypdf[crypto]"]
    assert entry_points.decode().split() == [
        "[pretalx.plugin]",
        *("pretalx_coc", "=", "pretalx_coc"),
    ]


# -- What an organiser has -------------------------------------------------------


class Instance:
    """A pretalx in a folder of its own, with this plugin installed."""

    def __init__(self, folder, port):
        self.folder = folder
        self.python = folder / "venv" / "bin" / "python"
        self.url = f"http://127.0.0.1:{port}"
        self.log = folder / "server.log"
        self.env = clean_environment(
            DJANGO_SETTINGS_MODULE="instance_settings",
            PYTHONPATH=str(folder / "settings"),
            COC_INSTANCE=str(folder / "instance"),
            COC_INSTANCE_URL=self.url,
            PRETALX_NO_INITIAL_LOG="1",
            NO_COLOR="1",
        )

    def install(self, wheel, pretalx=PRETALX):
        venv.create(self.folder / "venv", with_pip=True)
        self.run("-m", "pip", "install", "-q", wheel)
        self.installed_alone = json.loads(
            self.run("-m", "pip", "list", "--format=json")
        )
        self.run("-m", "pip", "install", "-q", pretalx, "gunicorn", minutes=10)
        self.run("-m", "pip", "check")
        (self.folder / "settings").mkdir()
        (self.folder / "instance").mkdir()
        shutil.copy(HERE / "instance_settings.py", self.folder / "settings")

    def run(self, *arguments, **options):
        return run(self.python, *arguments, cwd=self.folder, env=self.env, **options)

    def pretalx(self, *arguments, **options):
        return self.run("-m", "pretalx", *arguments, **options)

    def serve(self):
        with self.log.open("w") as log:
            return subprocess.Popen(
                [
                    *(self.python, "-m", "gunicorn", "pretalx.wsgi", "--workers=2"),
                    f"--bind={self.url.removeprefix('http://')}",
                ],
                cwd=self.folder,
                # gunicorn leaves a control socket at home.
                env=self.env | {"HOME": str(self.folder)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def log_so_far(self):
        pretalx_log = self.folder / "instance" / "logs" / "pretalx.log"
        logs = [path for path in (self.log, pretalx_log) if path.exists()]
        return "\n".join(
            f"--- {path.name}\n{path.read_text()[-6000:]}" for path in logs
        )


class Browser:
    """As much of a browser as it takes: cookies, forms, and no patience."""

    def __init__(self, instance, language="en"):
        self.instance = instance
        self.cookies = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(self.cookies),
        )
        self.opener.addheaders = [("Accept-Language", language)]

    def get(self, path, data=None, expected=200):
        url = urllib.parse.urljoin(self.instance.url, path)
        body = urllib.parse.urlencode(data).encode() if data else None
        request = urllib.request.Request(url, body, {"Referer": url})
        try:
            with self.opener.open(request, timeout=60) as response:
                status, page = response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            status, page = error.code, error.read().decode()
        if status != expected:
            pytest.fail(
                f"{path} came back with {status}, not {expected}.\n"
                f"{self.instance.log_so_far()}"
            )
        return page

    def post(self, path, **data):
        self.get(path)
        (token,) = [
            cookie.value for cookie in self.cookies if cookie.name.endswith("csrftoken")
        ]
        return self.get(path, {"csrfmiddlewaretoken": token} | data)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def instance(wheel, tmp_path_factory):
    """Installed and set up with the commands of pretalx's documentation."""
    instance = Instance(tmp_path_factory.mktemp("pretalx"), free_port())
    instance.install(wheel)
    instance.migrated = instance.pretalx("migrate", "--no-color")
    instance.checked = instance.pretalx("check")
    instance.rebuilt = instance.pretalx("rebuild")
    return instance


@pytest.fixture(scope="module")
def conference(instance):
    """An organiser, an event, a published policy, and the addresses of the pages."""
    return json.loads(instance.run(HERE / "make_event.py").splitlines()[-1])


@pytest.fixture(scope="module")
def server(instance, conference):
    process = instance.serve()
    try:
        for _attempt in range(120):
            with socket.socket() as probe:
                port = int(instance.url.rsplit(":", 1)[1])
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None:
                pytest.fail(f"the server stopped:\n{instance.log_so_far()}")
            time.sleep(0.5)
        yield instance
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def organiser(server, conference):
    """Logged in by the form, with the plugin switched on by the form."""
    browser = Browser(server)
    browser.post(
        conference["login"],
        login_email=conference["email"],
        login_password=conference["password"],
    )
    browser.get(conference["settings"], expected=404)
    browser.post(conference["plugins"], **{"plugin:pretalx_coc": "enable"})
    return browser


def test_pip_installs_the_plugin_with_what_reads_pdfs_and_nothing_else(instance):
    names = {package["name"] for package in instance.installed_alone}

    # pypdf reads them; the others belong to it, for PDFs that are locked.
    reader = {"pypdf", "cryptography", "cffi", "pycparser"}
    assert names - {"pip", "setuptools", "wheel"} == {"pretalx-coc"} | reader


def test_pretalx_migrates_checks_and_rebuilds(instance):
    assert re.search(r"Applying pretalx_coc\.0001_\w+\.\.\. OK", instance.migrated)
    assert "System check identified no issues" in instance.checked
    assert re.search(r"\d+ static files? copied", instance.rebuilt)


def test_pretalx_that_is_too_old_is_refused_in_words(wheel, tmp_path):
    """Not with an import that fails somewhere inside of us."""
    instance = Instance(tmp_path, free_port())
    instance.install(wheel, OLD_PRETALX)
    for command in ("check", "migrate"):
        said = instance.pretalx(command, succeeds=False)

        assert "Traceback" not in said
        assert "(pretalx_coc.E001) pretalx 2026.1" in said
        assert "is too old for this version of pretalx-coc" in said


def test_no_migration_is_missing_in_the_wheel(instance):
    said = instance.pretalx("makemigrations", "pretalx_coc", "--check", "--dry-run")

    assert "No changes detected in app 'pretalx_coc'" in said


def test_visitor_sees_the_call_for_papers(organiser, server, conference):
    page = Browser(server).get(conference["cfp"])

    assert conference["name"] in page


def test_visitor_reads_the_policy_in_both_languages(organiser, server, conference):
    assert "Be kind to one another." in Browser(server, "en").get(conference["policy"])
    assert "Seid nett zueinander." in Browser(server, "de").get(conference["policy"])


def test_anyone_is_asked_to_log_in_before_seeing_the_settings(
    organiser, server, conference
):
    page = Browser(server).get(conference["settings"])

    assert re.search(r'name="?login_email\b', page)


def test_organiser_reaches_the_settings_in_their_language(organiser, conference):
    english = organiser.get(conference["settings"])
    organiser.opener.addheaders = [("Accept-Language", "de")]
    organiser.get(conference["german"])
    german = organiser.get(conference["settings"])

    assert conference["title"]["en"] != conference["title"]["de"]
    assert conference["title"]["en"] in english
    assert conference["title"]["de"] in german


def test_organiser_finds_both_links_among_the_plugins(organiser, conference):
    page = organiser.get(conference["plugins"])

    assert conference["settings"] in page
    assert conference["panel"] in page


def test_server_log_is_without_errors(organiser, server):
    """Comes last in the file, when all pages have been fetched."""
    log = server.log_so_far()

    assert "Traceback" not in log
    assert "ERROR" not in log
