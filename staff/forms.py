"""The person whom a form is about: typed as a number or a name, or chosen from those whom the words may mean."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.models import User
from access.pages.search import LONGEST, by_key, folded
from access.reach import within_reach
from periods.forms import NumberField
from rulebook.selectors import rank_names
from staff.models import Employee, Post
from staff.selectors import with_standing

MOST = 10
"""How many people are offered at once."""
Note = Callable[[Sequence[Any]], Mapping[int, str]]
"""What tells people apart, by their keys."""
_LABEL = re.compile(r"(?P<name>.+?) ?\((?P<number>[^()]+)\)")
"""How a person reads once chosen: `str(employee)`."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be meant: the label that the field then holds, and what tells the person apart."""

    label: str
    name: str
    number: str
    note: str
    is_it: bool
    """Whether the words name the person alone, whole."""


def pickable(viewer: User, *, in_sales: bool = False) -> QuerySet[Employee]:
    """The people within the viewer's reach, also who left; or those in sales today alone."""
    people = Employee.objects.all()
    if in_sales:
        today = timezone.localdate()
        posts = Post.objects.filter(employee=OuterRef("pk"), start__lte=today, department__system="sales")
        people = people.filter(Exists(posts.filter(Q(end=None) | Q(end__gt=today))))
    return within_reach(viewer, people).order_by("number")


def standings(rows: Sequence[Any]) -> Mapping[int, str]:
    """The branch and the rank of people of whom `with_standing` was asked, by key; or that and when they left."""
    names = rank_names() if rows else {}
    return {row.pk: _standing(row, names) for row in rows}


def candidates(people: QuerySet[Employee], words: str, *, note: Note = standings) -> Sequence[Candidate]:
    """Up to MOST + 1 of the people whose number, name, pinyin or initials hold the words."""
    words = folded(words)[:LONGEST]
    label = _LABEL.fullmatch(words)
    rows: list[Any] = list(with_standing(by_key(people, label["number"] if label else words))[: MOST + 1])
    notes = note(rows)
    named = [row.pk for row in rows if words in (str(row), row.number)]
    named = named or [row.pk for row in rows if words == row.name]
    return [Candidate(str(row), row.name, row.number, notes.get(row.pk, ""), named == [row.pk]) for row in rows]


def offer(request: HttpRequest, people: QuerySet[Employee], *, note: Note = standings) -> HttpResponse:
    """Those of the people whom the words in a form's field may mean, as a list to choose from."""
    found = candidates(people, request.GET.get("s", ""), note=note)
    return TemplateResponse(request, "admin/parts/people.html", {"people": found[:MOST], "are_more": len(found) > MOST})


def person_called(people: QuerySet[Employee], words: str, kind: str = "") -> Employee:
    """The one of the people with this number, or the only one of this name.

    ValidationError where nobody (of that `kind`) or more than one is, with whom the words may mean: who is named in
    part alone is not taken, since a slip of the pen would name another.
    """
    typed, plain = words.replace("\0", "").strip(), folded(words)
    label = _LABEL.fullmatch(plain)
    meant = Q(number__in=[typed, plain]) | Q(name__in=[typed, plain])
    if label:
        meant |= Q(number=label["number"], name=label["name"])
    found = list(people.filter(meant)[: MOST + 1])
    found = [one for one in found if one.number in (typed, plain)] or found
    if len(found) == 1:
        return found[0]
    offered = candidates(people, plain)
    told = [f"{one.label} {one.note}".strip() for one in offered[:MOST]] + ["…"] * (len(offered) > MOST)
    if found:
        raise ValidationError([_("Several are called %(words)s; choose one by number:") % {"words": plain}, *told])
    if offered:
        raise ValidationError([_("Nobody is called %(words)s alone; choose one:") % {"words": plain}, *told])
    raise ValidationError(
        _("There is no %(kind)s %(number)s.") % {"kind": kind or Employee._meta.verbose_name, "number": plain}
    )


class PersonField(NumberField):
    """A person within the viewer's reach, by number, name, or choice; `in_sales` leaves those in sales today.

    The page at `offered_at` answers what is typed with those who may be meant.
    """

    def __init__(self, *, in_sales: bool = False, offered_at: str = "admin:staff_employee_pick", **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("employee"))
        kwargs.setdefault("help_text", gettext_lazy("Staff number, name or pinyin initials."))
        super().__init__(Employee, max_length=150, **kwargs)
        self._in_sales = in_sales
        self.widget.attrs["data-people"] = reverse_lazy(offered_at)
        if in_sales:
            self.widget.attrs["data-in-sales"] = "1"

    def clean(self, value: Any) -> Employee:
        words = forms.CharField.clean(self, value)
        kind = _("sales person in post") if self._in_sales else ""
        return person_called(pickable(self.viewer, in_sales=self._in_sales), words, kind)


def _standing(row: Any, names: dict[str, str]) -> str:
    told = [row.branch_name or "", names.get(row.rank_now, row.rank_now or "")]
    if row.left_on is not None:
        told.append(_("left on %(day)s") % {"day": row.left_on})
    return " · ".join(part for part in told if part)
