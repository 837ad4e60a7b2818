"""The wheel alone is enough: installed without the source tree, it prepares and verifies all."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "maillage"
EDITION = "pays-de-la-loire/srom-2017-2021/2"
FOREIGN = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PYTHONPATH", "SECRET_KEY", "MAILLAGE_HOME")

pytestmark = [pytest.mark.slow, pytest.mark.sqlite("a wheel, its own database")]


def run(*command: str | Path, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command as on another machine: nothing of this session's settings reaches it."""
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**kept, **variables},
        check=False,
        capture_output=True,
        text=True,
        timeout=180,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("wheel")
    built = run(
        *(sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"),
        *("--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", place, ROOT),
        cwd=place,
    )
    assert built.returncode == 0, built.stderr
    (found,) = place.glob("maillage-*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` of an environment with the wheel and its dependencies, without the source tree.

    The dependencies are those of this session: a path file does not read the path files of the
    directory it names, so the source tree that one of them adds stays out.
    """
    place = tmp_path_factory.mktemp("installed")
    made = run(sys.executable, "-m", "venv", "--without-pip", place / "venv", cwd=place)
    assert made.returncode == 0, made.stderr
    python = place / "venv" / "bin" / "python"
    added = run(
        *(sys.executable, "-m", "pip", "--python", python, "install", "--quiet"),
        *("--disable-pip-version-check", "--no-index", "--no-deps", wheel),
        cwd=place,
    )
    assert added.returncode == 0, added.stderr
    (site,) = (place / "venv" / "lib").glob("python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python.parent


def test_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        f"maillage/{path.relative_to(PACKAGE).as_posix()}"
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert expected - held == set()


@pytest.mark.parametrize(
    "path",
    [
        "maillage/ui/templates/ui/base.html",
        "maillage/schemes/templates/schemes/cartography.html",
        "maillage/portal/templates/portal/home.html",
        "maillage/ui/static/ui/tokens.css",
        "maillage/schemes/static/schemes/grid.js",
        "maillage/reports/engine/templates/booklet.typ",
        "maillage/referentials/pays-de-la-loire-2017-2021.yaml",
        "maillage/referentials/pays-de-la-loire-2017-2021-edition-2.yaml",
        "maillage/referentials/pays-de-la-loire-2017-2021-edition-3.yaml",
        "maillage/referentials/schema/edition-1.schema.json",
        "maillage/referentials/schema/edition-2.schema.json",
        "maillage/portal/management/commands/scheme-verify.py",
    ],
)
def test_wheel_holds_what_is_not_imported(wheel: Path, path: str) -> None:
    assert path in zipfile.ZipFile(wheel).namelist()


def test_wheel_says_its_licence_and_its_command(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    names = archive.namelist()
    metadata = next(name for name in names if name.endswith(".dist-info/METADATA"))
    assert "License-Expression: EUPL-1.2" in archive.read(metadata).decode()
    assert any(name.endswith("licenses/LICENSE") for name in names)
    entry = next(name for name in names if name.endswith("entry_points.txt"))
    assert "maillage = maillage.portal.command:main" in archive.read(entry).decode()


def test_demo_is_prepared_and_its_scheme_verified(installed: Path, tmp_path: Path) -> None:
    home, command = tmp_path / "home", installed / "maillage"
    where = "import maillage; print(maillage.__file__)"
    found = run(installed / "python", "-c", where, cwd=tmp_path)
    assert Path(found.stdout.strip()).is_relative_to(installed.parent), found.stderr

    prepared = run(command, "demo", "--prepare-only", cwd=tmp_path, MAILLAGE_HOME=str(home))
    assert prepared.returncode == 0, prepared.stderr
    assert "Maillage est prêt" in prepared.stdout
    assert (home / "maillage.sqlite3").is_file()
    assert (home / "statique" / "staticfiles.json").is_file()

    file = tmp_path / "edition.json"
    exported = run(command, "scheme-export", EDITION, file, cwd=tmp_path, MAILLAGE_HOME=str(home))
    assert exported.returncode == 0, exported.stderr
    nowhere = str(tmp_path / "nowhere")
    verified = run(command, "scheme-verify", file, cwd=tmp_path, MAILLAGE_HOME=nowhere)
    assert verified.returncode == 0, verified.stderr
    assert "le sceau tient" in verified.stdout

    data = file.read_text("utf-8")
    assert '"mode":"M"' in data
    file.write_text(data.replace('"mode":"M"', '"mode":"C"', 1), "utf-8")
    refused = run(command, "scheme-verify", file, cwd=tmp_path, MAILLAGE_HOME=nowhere)
    assert refused.returncode == 1
    assert "Le sceau ne tient pas" in refused.stderr

    booklet = tmp_path / "livret.pdf"
    composed = run(command, "booklet", EDITION, booklet, cwd=tmp_path, MAILLAGE_HOME=str(home))
    assert composed.returncode == 0, composed.stderr
    assert booklet.read_bytes().startswith(b"%PDF-")
