"""What may happen to the state directory's files: lost, damaged, open to others; told in words, healed where it can."""

import io
import json
from pathlib import Path

import pytest

from salesorg.servers.log import keep
from salesorg.servers.ports import Ports
from salesorg.state.errors import StateError
from salesorg.state.keys import load_keys
from salesorg.state.places import Places


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


def test_secrets_are_made_once_and_private(places: Places) -> None:
    first = load_keys(places)
    assert load_keys(places) == first
    assert places.secrets.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("leftover", ["stamp", "servers", "dangling link"])
def test_lost_secrets_are_not_replaced(places: Places, leftover: str) -> None:
    match leftover:
        case "stamp":
            load_keys(places)
        case "servers":
            places.servers.mkdir()
        case _:
            places.servers.symlink_to("/nowhere")
    places.secrets.unlink(missing_ok=True)
    for _again in range(2):
        with pytest.raises(StateError, match="Put it back from a backup") as refusal:
            load_keys(places)
        assert str(places.secrets) in str(refusal.value)
        assert not places.secrets.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"state": 1}', "null"])
def test_damaged_secrets_are_told_and_left_as_they_are(places: Places, text: str) -> None:
    load_keys(places)
    places.secrets.write_text(text)
    with pytest.raises(StateError, match="is damaged"):
        load_keys(places)
    assert places.secrets.read_text() == text


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o666])
def test_secrets_that_others_may_read_are_refused(places: Places, mode: int) -> None:
    load_keys(places)
    places.secrets.chmod(mode)
    with pytest.raises(StateError, match="chmod 600"):
        load_keys(places)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"postgres": "x"}', '{"postgres": 0}', '{"postgres": 70000}'])
def test_damaged_ports_are_chosen_again(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "ports.json"
    file.write_text(text)
    port = Ports(file).get("postgres")
    assert json.loads(file.read_text()) == {"postgres": port}
    assert file.stat().st_mode & 0o777 == 0o600
    assert "ports.json is damaged" in capsys.readouterr().err


def test_what_a_server_quotes_is_not_kept() -> None:
    at = b"2011-04-01 08:05:37.773 UTC [29906] "
    said = [
        at + b"LOG:  database system is ready\n",
        at + b"PANIC:  could not write to file\n",
        at + b"STATEMENT:  insert into t values('" + b"6222021234567890123" * 9000 + b"\n",
        b"\tsecond line 6222021234567890123')\n",
        at + b"ERROR:  first\n",
        b"\tsecond line\n",
        at + b"DETAIL:  Key (id_number)=(110101199003070012) exists.\n",
        b"no line of ours\n",
    ]
    kept = io.BytesIO()
    keep(io.BytesIO(b"".join(said)), kept)
    assert kept.getvalue() == b"".join([said[0], said[1], said[4], said[5], said[7]])
