"""A plan as a form: a field for every number and setting, named by its place in the text; the parser is the judge."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.pages.records import Cell
from rulebook.cells import article_cell
from rulebook.pages import FIRST_READINGS
from rulebook.plan import PlanError
from rulebook.plan_text.document import document_of, set_at, text_of, value_at
from rulebook.plan_text.words import CHOICES, LABELS, SECTIONS
from rulebook.wording import amount_text, number_text

AMOUNTS = frozenset({
    "base_salary", "threshold_wage", "threshold_sales", "monthly_quota", "sales", "demotion_sales",
    "major_client_sales", "very_large_client_sales",
})  # fmt: skip
SHARES = frozenset({"assist_share"})
SPARE_TIERS = 1
_NO_VALUES = (None, "", "null", "~")
_IGNORED = str.maketrans("", "", ",， ¥￥%％")


@dataclass(frozen=True, slots=True)
class TierFields:
    """A table of tiers: each row its floor and its rate; rows left empty fall away."""

    title: str
    floor_label: str
    rows: Sequence[tuple[BoundField, BoundField]]


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that stand together under a title, with the articles that they put into numbers."""

    title: str
    articles: Sequence[Cell]
    fields: Sequence[BoundField]
    tiers: Sequence[TierFields] = ()
    notes: Sequence[BoundField] = ()
    parts: Sequence["Group"] = field(default_factory=list)


class PlanForm(forms.Form):
    """The numbers and settings of a plan's text; once valid, `text` is the plan as it was filled in.

    `check` takes the text and raises PlanError with each problem's place, which tells it beside its field.
    """

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, text: str, seen: str, check: Callable[[str], None]) -> None:
        super().__init__(data, initial={"seen": seen})
        self.text = text
        self._check = check
        self._document = document_of(text)
        self._rows: dict[str, list[int]] = {}
        self._add_fields()

    @property
    def groups(self) -> list[Group]:
        """The fields in the order of a plan's page."""
        head = Group(_("plan"), (), [self[name] for name in ("version", "name", "effective_from")])
        ranks = Group(
            str(SECTIONS["ranks"]), self._articles("ranks"), [], notes=self._notes("ranks"), parts=list(self._ranks())
        )
        return [head, ranks, *(self._group(place) for place in SECTIONS if place != "ranks")]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        document = document_of(self.text)
        for name in self.fields:
            if name != "seen" and not name.endswith((".floor", ".rate")):
                _put(document, name, str(given.get(name) or ""))
        for place in self._tables():
            set_at(document, place, self._tiers_given(place, given))
        if document != self._document:
            self.text = text_of(document)
        try:
            self._check(self.text)
        except PlanError as error:
            for place, reason in error.problems:
                self._tell(place, reason)
        return given

    def _add_fields(self) -> None:
        self._add("version", gettext_lazy("version"))
        self._add("name", gettext_lazy("name"))
        self._add("effective_from", gettext_lazy("in force from"), type="month")
        for index, level in enumerate(value_at(self._document, "ranks.levels")):
            for name in ("name", *(part for part in level if part not in ("code", "name"))):
                self._add_rank_field(f"ranks.levels[{index}]", name, level)
        for place in LABELS:
            if not place.startswith("rank."):
                self._add_setting(place)
        for place in ("ranks", *SECTIONS, "funds"):
            if value_at(self._document, f"{place}.reading") is not None:
                self._add(f"{place}.reading", gettext_lazy("how it is read"))

    def _add_rank_field(self, rank: str, name: str, level: Mapping[str, Any]) -> None:
        place, value = f"{rank}.{name}", level[name]
        match name:
            case "commission_tiers":
                self._add_tiers(place)
            case "qualification" if value not in _NO_VALUES:
                for part in ("months", "sales"):
                    self._add(f"{place}.{part}", LABELS[f"rank.qualification.{part}"])
            case "qualification":
                pass
            case "demotion_sales" if value in _NO_VALUES:
                pass
            case _:
                self._add(place, LABELS[f"rank.{name}"])

    def _add_setting(self, place: str) -> None:
        if place.endswith(".tiers"):
            self._add_tiers(place)
        elif place in CHOICES:
            choices = [(str(value), label) for value, label in CHOICES[place].items()]
            initial = value_at(self._document, place)
            self.fields[place] = forms.ChoiceField(label=LABELS[place], choices=choices, initial=initial)
        else:
            self._add(place, LABELS[place])

    def _add(self, place: str, label: Any, *, type: str = "text") -> None:
        numeric = _leaf(place) not in ("version", "name", "effective_from", "reading")
        attrs = {"type": type, "autocomplete": "off", **({"inputmode": "decimal"} if numeric else {})}
        self.fields[place] = forms.CharField(
            label=label,
            required=False,
            initial=_shown(place, value_at(self._document, place)),
            widget=forms.TextInput(attrs=attrs),
            help_text="%" if _leaf(place) in SHARES else "",
        )

    def _add_tiers(self, place: str) -> None:
        for index in range(len(value_at(self._document, place)) + SPARE_TIERS):
            for part, column in (("floor", 0), ("rate", 1)):
                name = f"{place}[{index}].{part}"
                shown = _shown(name, value_at(self._document, f"{place}[{index}][{column}]"))
                label = gettext_lazy("from") if part == "floor" else gettext_lazy("rate in per cent")
                widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
                self.fields[name] = forms.CharField(label=label, required=False, initial=shown, widget=widget)

    def _tables(self) -> list[str]:
        """The places of all tables of tiers."""
        return list(dict.fromkeys(name.rpartition("[")[0] for name in self.fields if name.endswith(".floor")))

    def _tiers_given(self, place: str, given: Mapping[str, Any]) -> list[list[str]]:
        """The rows that are filled in; which ones they were is kept to tell problems beside them."""
        rows, index = [], 0
        self._rows[place] = []
        while f"{place}[{index}].floor" in self.fields:
            pair = [
                self._tier_given(place, index, part, str(given.get(f"{place}[{index}].{part}") or ""))
                for part in ("floor", "rate")
            ]
            if any(pair):
                rows.append(pair)
                self._rows[place].append(index)
            index += 1
        return rows

    def _tier_given(self, place: str, index: int, part: str, words: str) -> str:
        """A tier's floor or rate: what the text says, unless something else was written."""
        name, column = f"{place}[{index}].{part}", int(part == "rate")
        said = value_at(self._document, f"{place}[{index}][{column}]")
        return str(said) if said is not None and words == _shown(name, said) else _written(name, words)

    def _tell(self, place: str, reason: str) -> None:
        table, _bracket, index = place.removesuffix("]").rpartition("[")
        if place in self.fields:
            self.add_error(place, reason)
        elif table in self._rows:
            self.add_error(f"{table}[{self._rows[table][int(index)]}].rate", reason)
        elif f"{place}[0].rate" in self.fields:
            self.add_error(f"{place}[0].rate", reason)
        else:
            self.add_error(None, f"{place}: {reason}" if place else reason)

    def _ranks(self) -> Iterator[Group]:
        for index, level in enumerate(value_at(self._document, "ranks.levels")):
            place = f"ranks.levels[{index}]"
            names = [name for name in self.fields if name.startswith(f"{place}.") and "[" not in name[len(place) :]]
            tiers = self._tier_fields(f"{place}.commission_tiers", _("net credited sales from"))
            yield Group(f"{level['name']} ({level['code']})", (), [self[name] for name in names], [tiers])

    def _group(self, section: str) -> Group:
        places = [place for place in LABELS if place.startswith(f"{section}.")]
        return Group(
            str(SECTIONS[section]),
            self._articles(section),
            [self[place] for place in places if place in self.fields],
            [
                self._tier_fields(place, _("attainment from, in per cent"))
                for place in places
                if place.endswith(".tiers")
            ],
            notes=[*self._notes(section), *(self._notes("funds") if section == "funds.company_activity" else [])],
        )

    def _tier_fields(self, place: str, floor_label: str) -> TierFields:
        count = sum(name.startswith(f"{place}[") and name.endswith(".floor") for name in self.fields)
        rows = [(self[f"{place}[{index}].floor"], self[f"{place}[{index}].rate"]) for index in range(count)]
        label = LABELS.get(place, LABELS["rank.commission_tiers"])
        return TierFields(str(label), floor_label, rows)

    def _notes(self, section: str) -> list[BoundField]:
        return [self[name] for name in (f"{section}.reading",) if name in self.fields]

    def _articles(self, section: str) -> list[Cell]:
        law = value_at(self._document, f"{section}.law")
        return [article_cell(number) for number in ([law] if isinstance(law, str) else law or [])]


def _leaf(place: str) -> str:
    return place.rpartition(".")[2]


def _is_share(place: str) -> bool:
    """Whether people write it per cent: rates, shares, and the attainment that a tier begins at."""
    leaf = _leaf(place)
    return leaf in SHARES or leaf == "rate" or (leaf == "floor" and not place.startswith("ranks."))


def _is_amount(place: str) -> bool:
    return _leaf(place) in AMOUNTS or (_leaf(place) == "floor" and place.startswith("ranks."))


def _shown(place: str, value: Any) -> str:
    """A value of the text as people write it."""
    if value is None:
        return ""
    if _leaf(place) == "effective_from":
        return str(value)[:7]
    if _leaf(place) == "reading":
        return _(value) if value in FIRST_READINGS else str(value)
    number = _number(str(value))
    if number is None or not (_is_share(place) or _is_amount(place)):
        return str(value)
    return number_text(number * 100) if _is_share(place) else amount_text(number)


def _written(place: str, words: str) -> str:
    """What people write as the text has it; what is no number stays as it is, for the parser to refuse."""
    if _is_share(place) or _is_amount(place):
        bare = words.translate(_IGNORED)
        number = _number(bare)
        if number is None:
            return words
        return f"{(number / 100).normalize():f}" if _is_share(place) else bare
    return words.strip()


def _number(words: str) -> Decimal | None:
    try:
        number = Decimal(words)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _put(document: Any, place: str, words: str) -> None:
    """Set a field's value, unless it says what the text says already."""
    if words == _shown(place, value_at(document, place)):
        return
    written = _written(place, words)
    set_at(document, place, f"{written}-01" if place == "effective_from" else written)
