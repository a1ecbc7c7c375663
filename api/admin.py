"""The operators' page of tokens: whose they are, when they were used, and to revoke them."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from access.actor import Actor
from access.pages.admin_base import viewing
from access.pages.links import address
from access.pages.records import Cell, Record, Tone
from access.rights import Right, may
from api.actions import TokenRefused, revoke_token
from api.models import Token
from periods.admin_base import BookAdmin
from periods.pages import facts_of


@admin.register(Token)
class TokenAdmin(BookAdmin):
    list_display = ["name", "user", "branch", "made_at", "expires_at", "last_used_at", "revoked_at"]
    list_select_related = ["user__employee", "branch"]
    list_filter = ["user__role"]
    search_fields = ["name", "user__username"]
    empty_text = gettext_lazy("No program calls yet. At the server's console: bin/manage make_token NAME --role ROLE")

    def get_urls(self) -> list[URLPattern]:
        revoke = self.admin_site.admin_view(self.revoke_view)
        return [path("<int:pk>/revoke/", revoke, name="api_token_revoke"), *super().get_urls()]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing of a token is changed but by revoking it."""
        return False

    def record(self, request: HttpRequest, obj: Token) -> Record:
        names = ["user", "branch", "made_at", "made_by", "expires_at", "last_used_at", "revoked_at", "revoked_by"]
        is_good = obj.revoked_at is None and obj.expires_at > timezone.now()
        revoke = [Cell(_("Revoke it"), reverse("admin:api_token_revoke", args=[obj.pk]))]
        return Record(
            title=obj.name,
            subtitle=obj.user.get_role_display(),
            state=Cell(_("good"), tone=Tone.DONE) if is_good else Cell(_("ended"), tone=Tone.PLAIN),
            facts=facts_of(obj, viewing(request), names),
            links=revoke if is_good and may(viewing(request), Right.CHANGE, Token) else [],
        )

    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What revoking does, and the button for it."""
        token = self.get_queryset(request).filter(pk=pk).first()
        if token is None or not self.has_view_permission(request):
            raise Http404
        if not may(viewing(request), Right.CHANGE, Token):
            raise PermissionDenied
        if request.method == "POST":
            try:
                revoke_token(token, by=Actor(viewing(request)))
                messages.success(request, _("The token is revoked: who shows it is not let in any more."))
            except TokenRefused as refusal:
                messages.error(request, refusal.reason)
            return HttpResponseRedirect(address(token))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Revoke %(token)s") % {"token": token.name},
            "token": token,
            "way_back": Cell(token.name, address(token)),
        }
        return TemplateResponse(request, "admin/token_revoke.html", context)
