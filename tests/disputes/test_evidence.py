"""What is brought as evidence: told by its content, without positions, kept apart, shown to who may see it (3-1.2)."""

import datetime as dt
import hashlib
import os
import re
import stat
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from access.actor import Actor
from access.models import AccountEvent, Change, User
from access.reach import within_reach
from disputes.evidence.actions import (
    EvidenceRefused,
    Sent,
    bring_evidence,
    remove_files_without_evidence,
    withdraw_evidence,
)
from disputes.evidence.files import MOST_FILES
from disputes.evidence.storage import GRACE
from disputes.models import Dispute, Evidence, Party
from tests.cast import person
from tests.disputes.pictures import heic, jpeg, pdf, png
from tests.disputes.rows import day, ended, raised, somebody, user_of

Role = User.Role
PICTURES = {"image/jpeg": jpeg, "image/png": png, "image/heic": heic}
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    """Where the files lie."""
    settings.SALESORG_EVIDENCE_DIR = tmp_path / "evidence"
    return tmp_path / "evidence"


def brought(dispute: Dispute, file: Sent | None = None, *, by: Actor | None = None, **given: object) -> Evidence:
    """Evidence, brought for a dispute."""
    said = {"kind": "visit", "day": day("2026-06-01"), "note": "当面拜访", "today": day("2026-06-02"), **given}
    return bring_evidence(dispute, file=file, by=by or somebody(Role.HR), **said)  # type: ignore[arg-type]


def under_verification(dispute: Dispute) -> None:
    Dispute.objects.filter(pk=dispute.pk).update(state=Dispute.State.VERIFYING, verification_began_at=timezone.now())


def files_in(folder: Path) -> list[str]:
    return sorted(os.listdir(folder)) if folder.exists() else []


# Brought, kept, withdrawn.


@pytest.mark.django_db
def test_a_file_lies_under_a_name_of_ours_for_its_owner_alone(folder: Path) -> None:
    evidence = brought(raised("2026-06-01"), Sent("../合同.pdf", pdf()))
    [name] = files_in(folder)
    assert (evidence.stored_as, evidence.file_name, evidence.size) == (name, "合同.pdf", 200)
    assert evidence.digest == hashlib.sha256((folder / name).read_bytes()).hexdigest()
    assert "合同" not in name
    assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.django_db
def test_what_is_not_kept_leaves_no_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dispute = raised("2026-06-01")
    with pytest.raises(DatabaseError):  # the database knows no such kind of length 11
        brought(dispute, Sent("合同.pdf", pdf()), kind="x" * 11)
    assert files_in(folder) == []
    assert not Evidence.objects.exists()


@pytest.mark.django_db(transaction=False)
def test_what_is_old_and_named_by_nothing_is_removed(folder: Path) -> None:
    evidence = brought(raised("2026-06-01"), Sent("合同.pdf", pdf()))
    for name in ("left-behind", "just-now"):
        (folder / name).write_bytes(b"x")
    long_ago = (timezone.now() - GRACE - dt.timedelta(minutes=1)).timestamp()
    for name in ("left-behind", evidence.stored_as):
        os.utime(folder / name, (long_ago, long_ago))
    assert remove_files_without_evidence(timezone.now()) == 1
    assert files_in(folder) == sorted(["just-now", evidence.stored_as])


@pytest.mark.django_db
def test_a_dispute_has_twenty_files(folder: Path) -> None:
    dispute = raised("2026-06-01")
    for number in range(MOST_FILES):
        brought(dispute, Sent(f"{number}.pdf", pdf(200 + number)))
    withdraw_evidence(Evidence.objects.earliest("pk"), by=somebody(Role.HR))
    with pytest.raises(EvidenceRefused, match="20"):
        brought(dispute, Sent("21.pdf", pdf()))
    assert brought(dispute).file_name == ""
    assert brought(raised("2026-06-01"), Sent("1.pdf", pdf())).file_name == "1.pdf"
    assert len(files_in(folder)) == 21


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"note": " "}, "说明"),
        ({"day": day("2026-06-03")}, "已经发生"),
        ({"by": somebody}, "参与争议"),
    ],
    ids=["without a note", "of a day to come", "by who audits"],
)
@pytest.mark.django_db
def test_evidence_is_refused(folder: Path, given: dict[str, object], told: str) -> None:
    if "by" in given:
        given = {"by": somebody(Role.AUDITOR)}
    with pytest.raises(EvidenceRefused, match=told):
        brought(raised("2026-06-01"), Sent("合同.pdf", pdf()), **given)  # type: ignore[arg-type]
    assert files_in(folder) == []


@pytest.mark.django_db
def test_nothing_is_brought_to_what_has_ended_or_one_does_not_see(folder: Path) -> None:
    with pytest.raises(EvidenceRefused, match="已结束"):
        brought(ended(raised("2026-06-01"), on="2026-06-02"), Sent("合同.pdf", pdf()))
    with pytest.raises(EvidenceRefused, match="参与争议"):
        brought(raised("2026-06-01"), Sent("合同.pdf", pdf()), by=somebody(Role.SALESPERSON))
    assert files_in(folder) == []


@pytest.mark.django_db
def test_who_brought_it_withdraws_it_and_it_remains(folder: Path) -> None:
    evidence = brought(raised("2026-06-01"), Sent("合同.pdf", pdf()))
    with pytest.raises(EvidenceRefused, match="hr"):
        withdraw_evidence(evidence, by=somebody(Role.MARKETING_DIRECTOR))
    withdraw_evidence(evidence, by=somebody(Role.HR))
    with pytest.raises(EvidenceRefused):
        withdraw_evidence(evidence, by=somebody(Role.HR))
    evidence.refresh_from_db()
    assert evidence.withdrawn_at is not None
    assert files_in(folder) == [evidence.stored_as]
    kept = Change.objects.get(model="disputes.evidence", kind="changed")
    assert (kept.by, set(kept.after or ())) == (user_of(Role.HR), {"withdrawn_at"})


# Handed out.


def got(evidence: Evidence, role: str) -> tuple[int, str, str]:
    """What whoever has the role gets for asking for a file: status, how it is to be treated, and its kind."""
    browser = Browser()
    browser.force_login(user_of(role))
    answer = browser.get(reverse("disputes:evidence", args=[evidence.stored_as]))
    return answer.status_code, answer.headers.get("Content-Disposition", ""), answer.headers["Content-Type"]


def asked(name: str, role: str) -> tuple[bytes, int]:
    """What whoever has the role reads for asking for a file of that name, and how many queries it took."""
    browser = Browser()
    browser.force_login(user_of(role))
    with CaptureQueriesContext(connection) as queries:
        return browser.get(reverse("disputes:evidence", args=[name])).content, len(queries)


@pytest.mark.django_db
def test_a_file_is_an_attachment_for_who_sees_the_dispute_and_each_look_is_kept() -> None:
    evidence = brought(raised("2026-06-01"), Sent("photo.pdf", jpeg()))
    status, treated, kind = got(evidence, Role.GENERAL_MANAGER)
    assert (status, kind) == (200, "image/jpeg")
    assert treated == f'attachment; filename="{evidence.dispute} photo.pdf.jpg"'
    assert within_reach(user_of(Role.OPERATOR), AccountEvent.objects.filter(note__contains="photo")).count() == 0
    look = AccountEvent.objects.get(kind=AccountEvent.Kind.DOWNLOADED)
    assert (look.user, look.note) == (user_of(Role.GENERAL_MANAGER), f"SHA-256 {evidence.digest}")
    auditor = Browser()
    auditor.force_login(user_of(Role.AUDITOR))
    page = auditor.get(reverse("admin:disputes_evidence_change", args=[evidence.pk])).content.decode()
    (looks,) = re.findall(r'href="([^"]*accountevent[^"]*note=[^"]*)"', page)
    assert str(look.user) in auditor.get(looks).content.decode().split('id="result_list"')[1]


@pytest.mark.django_db
def test_nobody_else_gets_it() -> None:
    own = brought(raised("2026-06-01"), Sent("合同.pdf", pdf()))
    claimant = person("00001", user_of(Role.SALESPERSON))
    Party.objects.create(dispute=own.dispute, employee=claimant, side=Party.Side.CLAIMANT, named_at=timezone.now())
    other = brought(raised("2026-06-01"), Sent("合同.pdf", pdf()))
    assert got(own, Role.SALESPERSON)[0] == 404, (
        "what others brought may tell who raised it, so long as nobody verifies"
    )
    under_verification(own.dispute)
    assert got(own, Role.SALESPERSON)[0] == 200
    assert asked(other.stored_as, Role.SALESPERSON) == asked("0" * 32, Role.SALESPERSON), "as one that isn't there"
    assert asked(other.stored_as, Role.FINANCE) == asked("0" * 32, Role.FINANCE)
    assert [got(other, role)[0] for role in (Role.SALESPERSON, Role.BRANCH_GM, Role.OPERATOR)] == [404, 404, 404]
    assert Browser().get(reverse("disputes:evidence", args=[own.stored_as])).status_code == 302
    assert AccountEvent.objects.filter(kind=AccountEvent.Kind.DOWNLOADED).count() == 1


@pytest.mark.django_db
def test_a_file_that_is_lost_or_another_is_not_handed_out(folder: Path) -> None:
    evidence = brought(raised("2026-06-01"), Sent("合同.pdf", pdf()))
    path = folder / evidence.stored_as
    path.write_bytes(pdf(201))
    assert got(evidence, Role.HR)[0] == 404
    path.unlink()
    assert got(evidence, Role.HR)[0] == 404
