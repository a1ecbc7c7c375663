"""A mended workbook answers those that were refused before it: nobody has to mend them any more."""

import hashlib
import heapq
import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from workbooks.company.company import key_text
from workbooks.company.rows import ParsedSheet
from workbooks.uploads.models import Upload

SAMPLE = 128
"""Of so many rows, told by the lowest hashes of their keys, it is kept what a workbook is about."""

_COPY = re.compile(r"[\s_-]*[(（]\d+[)）]$")


def sample_of(sheets: Mapping[str, ParsedSheet]) -> list[str]:
    """Hashes of the keys of some of a workbook's rows; of the same rows others' samples have the same ones."""
    return heapq.nsmallest(SAMPLE, set(_hashes(sheets)))


@transaction.atomic
def answer_predecessors(upload: Upload) -> None:
    """Let a workbook that was read stand for the uploader's earlier refused ones that hold mostly the same rows.

    Where the rows of one couldn't be told, a file of the same name counts, as browsers and we rename copies of it. What
    others uploaded waits for them, whatever was read since, until a workbook that holds all its rows is imported.
    """
    earlier = Upload.objects.filter(state=Upload.State.REFUSED, answered_by=None, pk__lt=upload.pk).defer("data")
    answered = [one.pk for one in earlier.select_for_update(of=("self",), skip_locked=True) if _answers(upload, one)]
    Upload.objects.filter(pk__in=answered).update(answered_by=upload)


@transaction.atomic
def ask_others_again(upload: Upload) -> None:
    """Let what others uploaded, and an import stood for that is undone now, wait for them again."""
    Upload.objects.filter(answered_by=upload).exclude(uploaded_by=upload.uploaded_by).update(answered_by=None)


def _hashes(sheets: Mapping[str, ParsedSheet]) -> Iterator[str]:
    for parsed in sheets.values():
        for key in parsed.entries:
            told = f"{parsed.sheet.name}\x1f{key_text(parsed.sheet, key)}"
            yield hashlib.blake2b(told.encode(), digest_size=8).hexdigest()


def _answers(upload: Upload, earlier: Upload) -> bool:
    is_own = earlier.uploaded_by_id == upload.uploaded_by_id
    if upload.sample and earlier.sample:
        held = _held(upload.sample, earlier.sample)
        return 2 * held >= 1 if is_own else held == 1 and upload.state == Upload.State.APPLIED
    return is_own and _plain_name(earlier) == _plain_name(upload)


def _held(sample: Sequence[str], earlier: Sequence[str]) -> Fraction:
    """How many of the earlier one's rows are there, as far down as both samples are whole."""
    whole = [one[-1] for one in (sample, earlier) if len(one) == SAMPLE]
    told = {one for one in earlier if not whole or one <= min(whole)}
    return Fraction(len(told.intersection(sample)), len(told) or 1)


def _plain_name(upload: Upload) -> str:
    name = _COPY.sub("", Path(upload.file_name).stem)
    before, _mark, after = _("%(file)s with errors marked").partition("%(file)s")
    return _COPY.sub("", name.removeprefix(before).removesuffix(after)).casefold()
