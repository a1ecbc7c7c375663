"""What is installed: pinned versions only, of files whose hashes are known."""

import hashlib
import re
import zipfile
from pathlib import Path

import pytest

from salesorg.environment.packages import ensure_venv, install
from salesorg.state.places import ROOT, Places

FILES = ("requirements", "requirements-dev", "requirements-uv")
PINNED = re.compile(r"[a-z0-9-]+(\[[a-z]+\])?==[^ ;\\]+( ; [^\\]+)? \\")
HASH = re.compile(r" {4}--hash=sha256:[0-9a-f]{64}( \\)?")


@pytest.mark.parametrize("name", FILES)
def test_every_package_is_pinned_with_its_files_hashes(name: str) -> None:
    lines = [line for line in (ROOT / f"{name}.txt").read_text().splitlines() if not line.lstrip().startswith("#")]
    packages = [number for number, line in enumerate(lines) if not line.startswith(" ")]
    assert packages
    assert [lines[number] for number in packages if not PINNED.fullmatch(lines[number])] == []
    assert [lines[number] for number in packages if not HASH.fullmatch(lines[number + 1])] == []
    assert all(HASH.fullmatch(line) for number, line in enumerate(lines) if number not in packages)


@pytest.mark.parametrize("name", FILES)
def test_what_is_asked_for_is_what_is_pinned(name: str) -> None:
    pinned = set(re.findall(r"^([a-z0-9-]+)(?:\[\w+\])?==([^ ;\\]+)", (ROOT / f"{name}.txt").read_text(), re.M))
    asked = re.findall(r"^([a-z0-9-]+)(?:\[\w+\])?==([^ ;\\\n]+)", (ROOT / f"{name}.in").read_text(), re.M)
    assert asked
    assert set(asked) - pinned == set()


@pytest.mark.slow
def test_a_file_that_is_not_the_one_is_not_installed(tmp_path: Path) -> None:
    places = Places(tmp_path)
    ensure_venv(places)
    wheel = tmp_path / "small-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as package:
        package.writestr("small.py", "")
        package.writestr("small-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: small\nVersion: 1.0\n")
        package.writestr("small-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        package.writestr("small-1.0.dist-info/RECORD", "")
    right = hashlib.sha256(wheel.read_bytes()).hexdigest()
    wanted = tmp_path / "wanted.txt"
    installed = next(tmp_path.glob("venv/lib/*/site-packages")) / "small.py"
    for line in ("", f" --hash=sha256:{'0' * 64}"):
        wanted.write_text(f"small @ {wheel.as_uri()}{line}\n")
        with pytest.raises(SystemExit):
            install(places, wanted)
        assert not installed.exists()
    wanted.write_text(f"small @ {wheel.as_uri()} --hash=sha256:{right}\n")
    install(places, wanted)
    assert installed.exists()
