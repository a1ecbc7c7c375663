"""The ground of every admin page: rows within reach, rights by role, writes by actions, a record's page to read."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import messages
from django.contrib.admin import RelatedFieldListFilter
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import BigIntegerField, DateField, DecimalField, Field, ForeignKey, IntegerField, Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from unfold.widgets import UnfoldAdminTextInputWidget

from access.actor import Actor
from access.history.meanwhile import MeanwhileForm, deletion_text, to_be_changed
from access.history.pages import history_address, history_of
from access.models import User
from access.pages.addresses import is_lasting, row_of_key
from access.pages.duplicates import naming_duplicates
from access.pages.fields import NumberWritten, WholeNumberWritten
from access.pages.links import address
from access.pages.lists import KeysFirst, ReachList, search_once
from access.pages.lookups import may_be_asked, may_narrow
from access.pages.records import Record, complete
from access.reach import within_reach
from access.refusals import Refused
from access.rights import Right, is_sealed, may, why_sealed

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin

    UnfoldAdmin = ModelAdmin[Any]
else:
    from unfold.admin import ModelAdmin as UnfoldAdmin


class UnsealedForm(MeanwhileForm):
    """Refuses values that would put a row where nothing may be written any more, such as into a locked month.

    What repeats a record tells which one; `viewer` is told of those within reach.
    """

    viewer: User

    def _update_errors(self, errors: ValidationError) -> None:
        super()._update_errors(naming_duplicates(errors, self.instance, self.viewer))  # type: ignore[misc]

    def _post_clean(self) -> None:
        super()._post_clean()
        if not self.errors and is_sealed(self.instance):
            self.add_error(None, why_sealed(self.instance) or gettext("This stands: nobody changes it any more."))


class KeyAutocomplete(AutocompleteSelect):
    """A field that searches for a record; what can't be a record's key is no choice, instead of an error."""

    def optgroups(self, name: str, value: Sequence[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        return super().optgroups(name, [key for key in value if not key or str(key).isdecimal()], attrs)


class ReachFilter(RelatedFieldListFilter):
    """A filter by a related record, of those within reach; left out where there is nothing to choose."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        related = within_reach(request.user, field.remote_field.model._default_manager.all())
        return [(str(record.pk), str(record)) for record in related]

    def has_output(self) -> bool:
        return len(self.lookup_choices) > 1


def _number_widget(keys: str) -> UnfoldAdminTextInputWidget:
    return UnfoldAdminTextInputWidget(attrs={"inputmode": keys, "autocomplete": "off"})


class ReachAdmin(UnfoldAdmin):
    """Lists and pages of a model's records, for each viewer those within reach (access/reach.py, access/rights.py).

    A subclass says how a record reads (`record`) and, where a role may write, which action does it (`write`), and
    which fields stand once they are saved (`fixed_fields`).
    """

    form = UnsealedForm
    adds_at = ""
    """The name of the page at which rows are added many at a time, instead of a form for each."""
    actions = None
    list_per_page = 50
    paginator: ClassVar[type[KeysFirst]] = KeysFirst
    show_full_result_count = False
    view_on_site = False
    change_form_template = "admin/record.html"
    compressed_fields = True
    warn_unsaved_form = True
    # The browser's own calendar speaks the reader's language and fits a phone; its own field for numbers takes 1e3.
    formfield_overrides = {
        DateField: {"widget": UnfoldAdminTextInputWidget(attrs={"type": "date"})},
        DecimalField: {"form_class": NumberWritten, "widget": _number_widget("decimal")},
        IntegerField: {"form_class": WholeNumberWritten, "widget": _number_widget("numeric")},
        BigIntegerField: {"form_class": WholeNumberWritten, "widget": _number_widget("numeric")},
    }
    list_fullwidth = True
    empty_text: Any = ""
    fixed_fields: tuple[str, ...] = ()

    def record(self, request: HttpRequest, obj: Any) -> Record:
        """What the record's page shows."""
        return Record(title=str(obj))

    def write(self, obj: Any, *, is_new: bool, by: Actor) -> None:
        """Write what the form holds by the app's action."""
        raise NotImplementedError

    def remove(self, obj: Any, *, by: Actor) -> None:
        """Delete a record by the app's action."""
        raise NotImplementedError

    def get_queryset(self, request: HttpRequest) -> Any:
        """The rows within the viewer's reach, as a query set, with what lists and pages show of related records."""
        rows = within_reach(request.user, super().get_queryset(request))
        shown = self.list_select_related
        return rows if isinstance(shown, bool) else rows.select_related(*shown)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The record that an address tells, by what it is about or by its key."""
        if is_lasting(object_id):
            return row_of_key(self.get_queryset(request), object_id)
        if not self.has_change_permission(request):
            return super().get_object(request, object_id, from_field)
        try:
            key = self.opts.pk.to_python(object_id)
            return to_be_changed(self.get_queryset(request), is_sent=request.method == "POST").get(pk=key)
        except (ValidationError, self.model.DoesNotExist):
            return None

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        if not may_be_asked(value):
            return False
        own = {getattr(one, "parameter_name", None) for one in self.get_list_filter(request)}
        return lookup in own or (
            super().lookup_allowed(lookup, value, request) and may_narrow(self.model, lookup, value)
        )

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        return search_once(queryset, self.get_search_fields(request), search_term), False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may(request.user, Right.VIEW, self.model)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Right.ADD, self.model)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may(request.user, Right.CHANGE, self.model, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may(request.user, Right.DELETE, self.model, obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.viewer = viewing(request)
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.readonly_fields, *(self.fixed_fields if obj else ()))

    def formfield_for_foreignkey(self, db_field: "ForeignKey[Any]", request: HttpRequest, **kwargs: Any) -> Any:
        related = db_field.remote_field.model._default_manager.all()
        kwargs.setdefault("queryset", within_reach(request.user, related))
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", KeyAutocomplete(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> Any:
        """Leave out the small buttons that add, change or view a related record beside its field."""
        formfield = super().formfield_for_dbfield(db_field, request, **kwargs)
        for button in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
            if formfield and hasattr(formfield.widget, button):
                setattr(formfield.widget, button, False)
        return formfield

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ReachList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, titled by what it lists."""
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def beside(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """What a record's page is given beside its record, for a template of its own."""
        return {}

    def form_notes(self, request: HttpRequest, obj: Any) -> Sequence[str]:
        """Sentences above the form: what saving it does, and what is in force now."""
        return ()

    def may_see_history(self, viewer: User, obj: Any) -> bool:
        """Whether who reaches a record may see what it was before, too."""
        return True

    def why_not_removed(self, obj: Any, by: Actor) -> str:
        """Why whoever acts doesn't delete a record, told before the page asks whether they are sure; else empty."""
        return ""

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page that asks once more, and what is done there; what speaks against it is told on the record's page."""
        obj = self.get_queryset(request).filter(pk=object_id).first() if object_id.isdecimal() else None
        try:
            is_asked = obj is not None and self.has_delete_permission(request, obj)
            if is_asked and (why := self.why_not_removed(obj, Actor(viewing(request)))):
                raise Refused(why)
            return super().delete_view(request, object_id, extra_context)
        except Refused as refusal:
            messages.error(request, refusal.reason)
            return HttpResponseRedirect(address(self.get_queryset(request).get(pk=object_id)))

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Who changed what of the record, when and from where."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None or not self.has_view_permission(request, obj) or not self.may_see_history(viewing(request), obj):
            raise Http404
        record = history_of(obj, viewing(request))
        context = {**self.admin_site.each_context(request), "title": record.title, "record": record, "opts": self.opts}
        return TemplateResponse(request, "admin/history.html", context)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """The form; what others did since it was looked at may speak against writing it, which is told."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except Refused as refusal:
            messages.error(request, refusal.reason)
            return HttpResponseRedirect(request.get_full_path())

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        self.write(obj, is_new=not change, by=Actor(viewing(request)))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.remove(obj, by=Actor(viewing(request)))

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj is not None and request.method == "POST":
            obj.refresh_from_db()  # refused values stand in the form; the page and the rights follow what is stored
        is_form = add or self.has_change_permission(request, obj)
        record = complete(self.record(request, obj), obj, viewing(request)) if obj is not None else None
        context |= {"is_form": is_form, "show_history": False}
        if is_form:
            context["form_notes"] = self.form_notes(request, obj)
        if add:
            context["title"] = gettext("Add %(name)s") % {"name": self.opts.verbose_name}
        if record is not None:
            history = history_address(obj) if self.may_see_history(viewing(request), obj) else ""
            context |= {"title": record.title, "subtitle": None, "history": history, **self.beside(request, obj)}
        context["record"] = record
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """The list, with who deleted the record while its form was open; nothing else is said of what isn't there."""
        told = deletion_text(self.model, object_id, viewing(request)) if request.method == "POST" else ""
        if not told:
            raise Http404
        messages.error(request, told)
        return HttpResponseRedirect(reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist"))


def viewing(request: HttpRequest) -> User:
    """Who looks at a page of the admin, which nobody does without a log-in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
