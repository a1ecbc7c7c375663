"""What a file of evidence is, told by its content, and what of a picture goes: where it was taken (3-1.2)."""

import hashlib
import struct
from collections.abc import Callable

import pytest
from PIL.ExifTags import IFD, Base

from access.models import User
from disputes.evidence.files import MAX_FILE_BYTES, FileRefused, take_file
from tests.disputes.pictures import PLACE, SIDEWAYS, SQUARE, TAKEN_AT, heic, jpeg, opened, pdf, png, workbook

Role = User.Role
PICTURES = {"image/jpeg": jpeg, "image/png": png, "image/heic": heic}
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# What a file is.


@pytest.mark.parametrize(
    ("name", "make", "shown", "content_type"),
    [
        ("合同.pdf", pdf, "合同.pdf", "application/pdf"),
        ("照片.JPG", jpeg, "照片.JPG", "image/jpeg"),
        ("照片.jpeg", jpeg, "照片.jpeg", "image/jpeg"),
        ("截图.png", png, "截图.png", "image/png"),
        ("IMG_0001.HEIC", heic, "IMG_0001.HEIC", "image/heic"),
        ("登记.xlsx", workbook, "登记.xlsx", SPREADSHEET),
        pytest.param("照片.pdf", jpeg, "照片.pdf.jpg", "image/jpeg", id="a picture that calls itself a PDF"),
        pytest.param("setup.exe", pdf, "setup.exe.pdf", "application/pdf", id="a PDF that calls itself a program"),
        pytest.param("登记", workbook, "登记.xlsx", SPREADSHEET, id="without an ending"),
        pytest.param("登记.xlsx", lambda: _asking("hyperlink"), "登记.xlsx", SPREADSHEET, id="with a hyperlink"),
    ],
)
def test_a_file_is_what_it_contains(name: str, make: Callable[[], bytes], shown: str, content_type: str) -> None:
    taken = take_file(name, make())
    assert (taken.name, taken.content_type) == (shown, content_type)
    assert taken.digest == hashlib.sha256(taken.data).hexdigest()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\me\\..\\合同.pdf", "合同.pdf"),
        ("/srv/x/", "file.pdf"),
        ("..", "file.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("合同\0.pdf", "合同.pdf"),
        ("合同\r\nContent-Type: text/html.pdf", "合同 Content-Type text/html.pdf".rpartition("/")[2]),
        ("合同\u202efdp.exe", "合同fdp.exe.pdf"),
        ('"><img src=x>.pdf', "img src=x.pdf"),
        ("长" * 300 + ".pdf", "长" * 100 + ".pdf"),
        ("", "file.pdf"),
        ("a/.pdf", "pdf.pdf"),
    ],
)
def test_a_name_is_only_a_name(name: str, shown: str) -> None:
    assert take_file(name, pdf()).name == shown


def _with_macros() -> bytes:
    return workbook(**{"xl/vbaProject.bin": b"x"})


def _asking(kind: str) -> bytes:
    """A workbook with a part that asks for something elsewhere, of a kind."""
    of = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    elsewhere = rf'<Relationship Id="r1" Type="{of}{kind}" Target="file:///\\host\x" TargetMode="External"/>'
    return workbook(**{"xl/drawings/_rels/drawing1.xml.rels": f"<Relationships>{elsewhere}</Relationships>".encode()})


def _bomb() -> bytes:
    return workbook(**{"xl/worksheets/sheet1.xml": bytes(101 * 2**20)})


def _lying_bomb() -> bytes:
    """A part that says it is small and isn't."""
    data = workbook(**{"xl/worksheets/sheet1.xml": bytes(2**20)})
    said = struct.pack("<L", 2**20)
    assert data.count(said) == 2
    return data.replace(said, struct.pack("<L", 10))


def _crowd() -> bytes:
    return workbook(**{f"xl/{number}.xml": b"" for number in range(1_000)})


def _flagged_as_encrypted() -> bytes:
    data = bytearray(workbook())
    entry = data.index(b"PK\x01\x02")
    data[entry + 8] |= 1
    return bytes(data)


def _archive_alone() -> bytes:
    data = workbook()
    return data.replace(b"xl/workbook.xml", b"xx/workbook.xml")


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: b"<html><script>alert(1)</script></html>", id="a page"),
        pytest.param(lambda: b"GIF89a" + bytes(100), id="a GIF"),
        pytest.param(lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', id="an SVG"),
        pytest.param(lambda: b"MZ" + bytes(100), id="a program"),
        pytest.param(lambda: b"<script>" + pdf(), id="a page before a PDF"),
        pytest.param(lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), id="an old or locked workbook"),
        pytest.param(lambda: bytes([0, 0, 0, 24]) + b"ftypavif" + bytes(100), id="another picture in such boxes"),
    ],
)
def test_other_files_are_not_taken(make: Callable[[], bytes]) -> None:
    with pytest.raises(FileRefused, match="PDF、JPEG、PNG、HEIC"):
        take_file("合同.pdf", make())


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: pdf() + workbook(), id="an archive behind a PDF"),
        pytest.param(lambda: pdf()[:-10], id="a PDF without its end"),
        pytest.param(lambda: workbook() + b"<script>", id="something behind a workbook"),
        pytest.param(lambda: b"PK\x03\x04" + bytes(40) + workbook(), id="something before a workbook"),
        pytest.param(lambda: workbook()[:-30], id="half a workbook"),
        pytest.param(_archive_alone, id="an archive that is no workbook"),
        pytest.param(lambda: workbook(**{"../../x.xml": b""}), id="a part that reaches out"),
        pytest.param(_with_macros, id="macros"),
        pytest.param(lambda: workbook(**{"xl/embeddings/oleObject1.bin": b"x"}), id="an embedded object"),
        pytest.param(lambda: workbook(**{"xl/externalLinks/externalLink1.xml": b"<x/>"}), id="links to another file"),
        pytest.param(lambda: _asking("image"), id="a picture elsewhere"),
        pytest.param(lambda: workbook(**{"_rels/.rels": b'<!DOCTYPE x [<!ENTITY a "a">]><x/>'}), id="entities"),
        pytest.param(lambda: workbook(**{"_rels/.rels": b"<x"}), id="a part that can't be read"),
        pytest.param(_bomb, id="a bomb"),
        pytest.param(_lying_bomb, id="a bomb that says it is none"),
        pytest.param(_crowd, id="a thousand parts and two"),
        pytest.param(_flagged_as_encrypted, id="encrypted parts"),
        pytest.param(lambda: jpeg()[:-40], id="half a JPEG"),
        pytest.param(lambda: b"\xff\xd8\xff\xe0\0\x04ab\xff\xd9", id="a JPEG without a picture"),
        pytest.param(lambda: b"\xff\xd8\xff", id="the beginning of a JPEG"),
        pytest.param(lambda: png()[:-20], id="half a PNG"),
        pytest.param(lambda: png().replace(b"IDAT", b"IDAX", 1), id="a PNG whose sums are wrong"),
        pytest.param(lambda: heic()[:200], id="half a HEIC"),
        pytest.param(lambda: bytes([0, 0, 0, 24]) + b"ftypheic" + bytes(12), id="a HEIC without a picture"),
    ],
)
def test_what_is_damaged_or_hides_something_is_not_taken(make: Callable[[], bytes]) -> None:
    with pytest.raises(FileRefused, match="损坏"):
        take_file("合同.pdf", make())


def test_ten_megabytes_and_not_a_byte_more() -> None:
    assert len(take_file("合同.pdf", pdf(MAX_FILE_BYTES)).data) == 10 * 2**20
    with pytest.raises(FileRefused, match="10 MB"):
        take_file("合同.pdf", pdf(MAX_FILE_BYTES + 1))
    with pytest.raises(FileRefused, match="空"):
        take_file("合同.pdf", b"")


# What pictures tell of where they were taken.


@pytest.mark.parametrize("make", PICTURES.values(), ids=PICTURES)
def test_where_a_picture_was_taken_is_gone_and_the_picture_is_not_touched(make: Callable[[], bytes]) -> None:
    before = make()
    assert PLACE.encode() in before or make is png
    assert opened(before).getexif().get_ifd(IFD.GPSInfo)
    taken = take_file("照片", before)
    after = opened(taken.data)
    assert PLACE.encode() not in taken.data
    assert b"GPS" not in taken.data
    assert dict(after.getexif().get_ifd(IFD.GPSInfo)) == {}
    assert after.tobytes() == opened(before).tobytes()
    assert PLACE not in str(after.info)
    assert after.size == SQUARE.size


@pytest.mark.parametrize("make", [jpeg, png])
def test_when_it_was_taken_and_how_it_was_held_stays(make: Callable[[], bytes]) -> None:
    told = opened(take_file("照片", make()).data).getexif()
    assert told[Base.Orientation] == SIDEWAYS
    assert told[Base.Model] == "Phone"
    assert told.get_ifd(IFD.Exif)[Base.DateTimeOriginal] == TAKEN_AT


def test_when_a_phone_took_it_stays() -> None:
    told = opened(take_file("照片", heic()).data).getexif()
    assert told.get_ifd(IFD.Exif)[Base.DateTimeOriginal] == TAKEN_AT


def test_what_cannot_be_read_of_a_picture_goes() -> None:
    before = jpeg()
    begins = before.index(b"Exif\0\0") + 6
    for broken in (b"\0\0\0\0", b"II*\0\xff\xff\xff\xff", b"MM\0*\0\0\0\x08\xff\xff"):
        data = before[:begins] + broken + before[begins + len(broken) :]
        taken = take_file("照片", data).data
        assert PLACE.encode() not in taken
        assert opened(taken).tobytes() == opened(before).tobytes()


@pytest.mark.parametrize("make", [jpeg, png])
def test_what_stands_behind_a_picture_is_cut_off(make: Callable[[], bytes]) -> None:
    """An archive, a page, or the second picture that phones put there, with a position of its own."""
    clean = take_file("照片", make()).data
    for behind in (workbook(), b"<script>alert(1)</script>", jpeg()):
        assert take_file("照片", make() + behind).data == clean


def test_what_stands_beside_a_phones_picture_is_emptied() -> None:
    before = heic()
    hidden = b"<script>" + PLACE.encode()
    box = struct.pack(">L", 8 + len(hidden)) + b"uuid" + hidden
    taken = take_file("照片", before + box)
    assert hidden not in taken.data
    assert len(taken.data) == len(before) + len(box)
    assert opened(taken.data).tobytes() == opened(before).tobytes()


def test_a_page_in_a_pdf_is_a_pdf() -> None:
    """A polyglot of both is handed out as an attachment and as what it was told to be: browsers don't guess."""
    taken = take_file("a.html", pdf()[:-8] + b"<html><script>alert(1)</script>" + pdf()[-8:])
    assert (taken.name, taken.content_type) == ("a.html.pdf", "application/pdf")


def test_a_progressive_photograph_keeps_all_its_scans() -> None:
    before = jpeg(progressive=True)
    assert opened(take_file("照片", before).data).tobytes() == opened(before).tobytes()


@pytest.mark.parametrize("make", [*PICTURES.values(), pdf, workbook])
def test_however_a_file_is_damaged_it_is_taken_or_refused(make: Callable[[], bytes]) -> None:
    """Cut at every place, and each byte of its head wrong."""
    whole = make()
    cut = (whole[:size] for size in range(1, len(whole), max(1, len(whole) // 150)))
    wrong = (whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :] for at in range(min(len(whole), 700)))
    taken = 0
    for data in (*cut, *wrong):
        try:
            assert PLACE.encode() not in take_file("照片", data).data
            taken += 1
        except FileRefused:
            continue
    assert taken < 1_000
