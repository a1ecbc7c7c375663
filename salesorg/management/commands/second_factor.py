"""Prints a second factor's code, in place of a phone: for demos."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice


class Command(BaseCommand):
    help = "Print the code of a log-in's second factor that is good now; not in production."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the user name."""
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the code, or the next one where this half minute's is used already."""
        if settings.PRODUCTION:
            raise CommandError(_("In production a code is the phone's alone."))
        device = TOTPDevice.objects.filter(user__username=options["username"], confirmed=True).first()
        if device is None:
            raise CommandError(_("%(name)s has no second factor.") % {"name": options["username"]})
        totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
        totp.time = time.time()
        if totp.t() <= device.last_t:
            totp.time = (device.last_t + 1) * device.step + device.t0
        self.stdout.write(f"{totp.token():0{device.digits}}")
