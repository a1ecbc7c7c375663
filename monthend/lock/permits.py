"""The owner's permit for a lock at the console, which nobody approves: the application's role can't write it."""

from contextlib import closing

import psycopg2
from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from monthend.checks import CloseRefused
from rulebook.month import Month


def permit_console_lock(month: Month, seal: str) -> None:
    """Write, as the database's owner, that this transaction may lock the month with the rows of this seal.

    However the transaction ends, the permit ends with it.

    Raises CloseRefused where DATABASE_OWNER_URL isn't set, or isn't the owner's.
    """
    owner = settings.DATABASE_OWNER
    with connection.cursor() as here:
        here.execute("SELECT pg_current_xact_id()::text")
        ((transaction,),) = here.fetchall()
    try:
        with (
            closing(
                psycopg2.connect(
                    dbname=connection.settings_dict["NAME"],
                    user=owner["USER"],
                    password=owner["PASSWORD"],
                    host=owner["HOST"],
                    port=owner["PORT"],
                    **owner["OPTIONS"],
                )
            ) as session,
            session,
            session.cursor() as cursor,
        ):
            cursor.execute(
                "INSERT INTO monthend_consolepermit (month, seal, transaction) VALUES (%s, %s, %s)"
                " ON CONFLICT DO NOTHING",  # a lock that is tried again in one transaction
                [month.first, seal, transaction],
            )
    except psycopg2.errors.InsufficientPrivilege as error:
        raise CloseRefused([_("Locking at the console takes DATABASE_OWNER_URL, the database's owner.")]) from error
