"""The admin's list of pauses; they are made on the page of their dispute."""

from django.contrib import admin

from disputes.clock.models import Pause
from periods.admin_base import BookAdmin


@admin.register(Pause)
class PauseAdmin(BookAdmin):
    list_display = ["dispute", "start", "end", "reason", "made_by"]
    list_select_related = ["dispute", "made_by"]
    search_fields = ["dispute__number", "reason"]
