"""The application's own log-in to PostgreSQL, in wrong hands: it becomes nobody else and rewrites no locked month."""

from collections.abc import Iterator
from contextlib import closing, suppress

import psycopg2
import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django_otp.plugins.otp_totp.models import TOTPDevice
from psycopg2 import errors
from pytest_django.plugin import DjangoDbBlocker

from access.accounts.actions import note_event
from access.actor import Actor
from access.models import AccountEvent, User
from monthend.lock.permits import permit_console_lock
from monthend.lock.selectors_seal import seal_of
from monthend.models import MonthRun
from monthend.preview.shadow import SCHEMA, STARTING_STATE
from salesorg.databases.clones import Clone, Databases
from salesorg.databases.grants import ALL, FUNCTIONS, TABLES
from tests.cast import log_in_of
from tests.firm import APRIL, MAY, Firm

pytestmark = pytest.mark.roles
OWN_FUNCTIONS = """
    pg_proc JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname !~ '^(pg_|information_schema$)'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = pg_proc.oid AND d.deptype = 'e')
"""

EVIL = """
    CREATE FUNCTION pg_temp.evil() RETURNS text LANGUAGE plpgsql AS $$
    BEGIN
        ALTER TABLE public.compensation_payslip DISABLE TRIGGER USER;
        RETURN 'x';
    END $$;
"""
TRIGGER = """
    CREATE TRIGGER t AFTER INSERT ON {table} REFERENCING NEW TABLE AS added FOR EACH STATEMENT
        EXECUTE FUNCTION keep_changes('x', {label}, '', '', '');
"""
REWRITE = "UPDATE public.compensation_payslip SET bank_account = 'mine';"
FORGED_RUN = """
    INSERT INTO monthend_monthrun (month, plan_version_id, state, inputs_version, started_at, locked_at,
        locked_at_console, seal, branch_names)
    SELECT '2011-07-01', plan_version_id, 'locked', 0, now(), now(), true, repeat('a', 64), '{}'
    FROM monthend_monthrun LIMIT 1;
"""
LOCK = (
    "UPDATE monthend_monthrun SET state = 'locked', locked_at = now(), seal = {seal}, {by} WHERE month = '2011-05-01';"
)
AT_THE_CONSOLE = "locked_at_console = true"
VERIFIED = """
    INSERT INTO monthend_monthverification (run_id, locks, asked_at, done_at, people, difference_count, differences,
        seal, refusal)
    SELECT id, true, now(), now(), 0, 0, '[]', '{seal}', '' FROM monthend_monthrun WHERE month = '2011-05-01';
"""
APPROVED = """
    UPDATE monthend_monthrun SET state = 'approved', prepared_at = now(), approved_at = now(),
        prepared_by_id = (SELECT min(id) FROM access_user), approved_by_id = (SELECT max(id) FROM access_user)
    WHERE month = '2011-05-01';
"""
EVENT = """
    INSERT INTO access_accountevent (user_id, kind, at, by_id, note, device)
    SELECT id, 'factor_reset', '2011-04-01', {by}, 'x', '' FROM access_user LIMIT 1;
"""
LOOK = """
    INSERT INTO access_disclosure (by_id, at, model, row_id, label, field, device)
    SELECT id, '2011-04-01', 'staff.employee', 1, 'x', 'bank_account', '' FROM access_user LIMIT 1;
"""
STEP = """
    INSERT INTO monthend_monthtransition (run_id, kind, at, by_id, reason)
    SELECT id, 'approved', now(), (SELECT max(id) FROM access_user), '' FROM monthend_monthrun LIMIT 1;
"""
ACTING = """
    SELECT set_config('salesorg.acting', json_build_object('by', (SELECT max(id) FROM access_user))::text, true);
"""
STEP_OF = """
    INSERT INTO monthend_monthtransition (run_id, kind, at, by_id, reason, paid_on, voucher)
    SELECT id, '{kind}', now(), (SELECT max(id) FROM access_user), 'x', '{paid_on}', 'V' FROM monthend_monthrun
    WHERE month = '{month}';
"""
OWNER = settings.DATABASE_OWNER["USER"]
TOLD_NOBODY = "SET salesorg.acting = '{\"by\": null}';"
ATTACKS = {
    "a tracked temporary table": EVIL
    + "CREATE TEMP TABLE lure (id bigint);"
    + TRIGGER.format(table="lure", label="'pg_temp.evil()'")
    + "INSERT INTO lure VALUES (1);"
    + REWRITE,
    "a temporary table in front of the months": "CREATE TEMP TABLE periods_period (month date, state text);",
    "a temporary table out of a query": "SELECT 1 AS id INTO TEMP lure;",
    "a temporary view": "CREATE TEMP VIEW periods_period AS SELECT 1 AS id;",
    "a temporary sequence": "CREATE TEMP SEQUENCE lure;",
    "a function of its own": EVIL,
    "a function in public": "CREATE FUNCTION public.evil() RETURNS int LANGUAGE sql AS 'SELECT 1';",
    "a function among the previews' tables": "CREATE FUNCTION aside.evil() RETURNS int LANGUAGE sql AS 'SELECT 1';",
    "a function in place of another": "CREATE OR REPLACE FUNCTION public.last_locked_day() RETURNS date LANGUAGE sql"
    " AS $$ SELECT NULL::date $$;",
    "a table in public": "CREATE TABLE public.lure (id bigint);",
    "a table among the previews'": "CREATE TABLE aside.access_change (id bigint);",
    "a trigger on an official table": TRIGGER.format(table="clients_followup", label="'c.id'"),
    "a trigger on a preview's table": TRIGGER.format(table="aside.periods_period", label="'c.id'"),
    "the owner's helpers": "SELECT track_table('compensation_payslip', 'x', 'c.id');",
    "the seal's helpers": "SELECT bare_table('compensation_payslip');",
    "a trigger function called": "SELECT keep_changes();",
    "a schema": "CREATE SCHEMA mine;",
    "an extension": "CREATE EXTENSION dblink;",
    "an operator": "CREATE OPERATOR public.<> (LEFTARG = date, RIGHTARG = date, FUNCTION = date_eq);",
    "a cast": "CREATE CAST (date AS text) WITH INOUT AS IMPLICIT;",
    "a type": "CREATE TYPE public.month AS (first date);",
    "a domain": "CREATE DOMAIN public.month AS date;",
    "an event trigger": "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION keep_changes();",
    "the owner's role": f"SET ROLE {OWNER};",
    "the owner's session": f"SET SESSION AUTHORIZATION {OWNER};",
    "membership in the owner's role": f"GRANT {OWNER} TO CURRENT_USER;",
    "a higher role": "ALTER ROLE CURRENT_USER SUPERUSER;",
    "a role of its own": "CREATE ROLE mine LOGIN;",
    "the triggers off": "SET session_replication_role = replica;" + REWRITE,
    "the table's triggers off": "ALTER TABLE compensation_payslip DISABLE TRIGGER USER;" + REWRITE,
    "the table itself": "DROP TABLE compensation_payslip CASCADE;",
    "a setting of everybody's": f"ALTER ROLE {OWNER} SET search_path = aside;",
    "a program": "COPY (SELECT 1) TO PROGRAM 'true';",
    "a program read": "COPY access_searchkey FROM PROGRAM 'true';",
    "a file": "COPY compensation_payslip TO '/tmp/payslips';",
    "a file read": "SELECT pg_read_file('/etc/passwd');",
    "a directory read": "SELECT pg_ls_dir('/');",
    "a large object from a file": "SELECT lo_import('/etc/passwd');",
    "a large object to a file": "SELECT lo_export(lo_from_bytea(0, 'x'), '/tmp/payslips');",
    "a block": "DO $$ BEGIN ALTER TABLE public.compensation_payslip DISABLE TRIGGER USER; END $$;",
    "a prepared transaction that holds the month": "LOCK TABLE periods_period; PREPARE TRANSACTION 'held';",
    "defaults of the owner": f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT ALL ON TABLES TO PUBLIC;",
    "a rule": "CREATE RULE r AS ON UPDATE TO compensation_payslip DO INSTEAD NOTHING;",
    "a policy": "ALTER TABLE compensation_payslip ENABLE ROW LEVEL SECURITY;",
    "all rows at once": "TRUNCATE compensation_payslip CASCADE;",
    "a counter turned back": "SELECT setval('access_accountevent_id_seq', 1);",
    "the previews' tables in front": "SET search_path = aside, public; DELETE FROM periods_period;" + REWRITE,
    "a setting as a flag": "SET salesorg.acting = '{\"source\": \"console\"}'; SET pgtrigger.ignore = 'all';" + REWRITE,
    "migrations forgotten": "DELETE FROM django_migrations;",
    "second factors gone": "DELETE FROM otp_totp_totpdevice;",
    "stamps gone": "DELETE FROM periods_inputstamp;",
    "stamps turned back": "UPDATE periods_inputstamp SET version = 0;",
    "what happened to log-ins gone": "DELETE FROM access_accountevent;",
    "what happened to log-ins made up": EVENT.format(by="id"),
    "what happened at the console made up": EVENT.format(by="NULL"),
    "what another did made up": TOLD_NOBODY + EVENT.format(by="id"),
    "a look at a number made up": LOOK,
    "an approval made up": STEP,
    "a locked month approved anew": ACTING + STEP_OF.format(kind="approved", paid_on="2011-05-01", month="2011-04-01"),
    "a locked month sent back": ACTING + STEP_OF.format(kind="rejected", paid_on="2011-05-01", month="2011-04-01"),
    "a month paid that is not locked": ACTING + STEP_OF.format(kind="paid", paid_on="2011-06-01", month="2011-05-01"),
    "a month paid before it began": ACTING + STEP_OF.format(kind="paid", paid_on="2011-03-31", month="2011-04-01"),
    "a month locked twice": ACTING + STEP_OF.format(kind="locked", paid_on="2011-05-01", month="2011-04-01"),
    "a kept change made up": "INSERT INTO access_change (at, model, row_id, label, kind, source, origin)"
    " VALUES (now(), 'staff.employee', 1, 'x', 'changed', 'page', '');",
    "a role's rights": "INSERT INTO auth_permission (name, content_type_id, codename)"
    " SELECT 'x', id, 'x' FROM django_content_type;",
    "a run locked by hand": FORGED_RUN,
    "a month locked that nothing verified": LOCK.format(seal="repeat('a', 64)", by=AT_THE_CONSOLE),
    "a month locked by a refused verification": VERIFIED.format(seal="") + LOCK.format(seal="''", by=AT_THE_CONSOLE),
    "a month locked without a permit": VERIFIED.format(seal="a") + LOCK.format(seal="'a'", by=AT_THE_CONSOLE),
    "a permit of its own": "INSERT INTO monthend_consolepermit (month, seal) VALUES ('2011-05-01', 'a');",
    "a month locked that nobody approved": VERIFIED.format(seal="a")
    + APPROVED
    + LOCK.format(seal="'a'", by="locked_by_id = approved_by_id"),
}
NOTHING_CHANGES = set(
    """
    access_accountevent access_change access_disclosure access_pinyin access_user_groups
    access_user_user_permissions auth_group auth_group_permissions auth_permission clients_assignmentbatch
    clients_bankstatement clients_clientstatus clients_followup clients_lapse clients_poolclaim
    compensation_adjustment compensation_branchsalesmove compensation_credit compensation_heldcommission
    compensation_hold compensation_rulingshare compensation_supportpool disputes_finding disputes_findingshare
    disputes_offerconfirmation disputes_offershare disputes_pause disputes_ruling django_admin_log django_content_type
    django_migrations funds_claimdecision funds_fundmovement monthend_consolepermit monthend_monthtransition
    monthend_previewbranch monthend_previewline monthend_reminder otp_static_statictoken rulebook_interpretation
    rulebook_plandraftstep staff_payconfirmation staff_persontarget staff_rankassessment staff_reviewstep
    workbooks_importbatch workbooks_parallelline workbooks_parallelrun workbooks_uploadrow
    """.split()  # noqa: SIM905
)
NOTHING_REMOVES = set(
    """
    access_accountevent access_change access_disclosure access_pinyin access_user access_user_groups
    access_user_user_permissions api_token auth_group auth_group_permissions auth_permission clients_assignmentbatch
    clients_followup clients_handover clients_lapse clients_poolclaim clients_poolrule
    disputes_dispute disputes_evidence disputes_finding disputes_findingshare
    disputes_offer disputes_offerconfirmation disputes_offershare disputes_party
    disputes_pause disputes_ruling disputes_violation django_admin_log
    django_content_type django_migrations monthend_consolepermit monthend_deputy monthend_monthrun
    monthend_monthtransition monthend_monthverification monthend_reminder otp_totp_totpdevice periods_inputstamp
    periods_period rulebook_interpretation rulebook_plandraft rulebook_plandraftstep rulebook_planversion
    staff_payconfirmation staff_rankdecision staff_reviewstep staff_sharednumber workbooks_importbatch
    """.split()  # noqa: SIM905
)
"""The tables of which no code changes, or removes, a row: whoever has the role's password can't either."""
REFUSED = (
    errors.InsufficientPrivilege,
    errors.CheckViolation,
    errors.ObjectNotInPrerequisiteState,
    errors.UniqueViolation,
)


@pytest.fixture(scope="module")
def locked(databases: Databases, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Clone]:
    """A database with a locked month."""
    with django_db_blocker.unblock(), databases.clone() as clone:
        firm = Firm()
        firm.sells(firm.seller("ZL"), "30000.00")
        for person in (firm.seller("GW"), firm.seller("GW")):
            person.user = log_in_of(User.Role.HR, person.number)
            person.save()
            note_event(person.user, AccountEvent.Kind.LOGGED_IN, by=Actor(person.user))
            TOTPDevice.objects.create(user=person.user, name="x")
        firm.close()
        firm.close(MAY, lock=False)
        yield clone


@pytest.mark.parametrize("name", ATTACKS)
def test_the_application_stays_who_it_is(locked: Clone, django_db_blocker: DjangoDbBlocker, name: str) -> None:
    with closing(psycopg2.connect(locked.environment["DATABASE_URL"])) as session, session.cursor() as cursor:
        with pytest.raises(REFUSED):
            cursor.execute(ATTACKS[name])
        session.rollback()
    with django_db_blocker.unblock():
        assert MonthRun.objects.get(month=APRIL).seal == seal_of(APRIL)


def test_a_permit_ends_with_the_transaction_that_it_was_given_to(
    locked: Clone, django_db_blocker: DjangoDbBlocker
) -> None:
    """The console was about to lock, and failed: nobody else locks by what is left of that."""
    console = LOCK.format(seal="'b'", by=AT_THE_CONSOLE)
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        with suppress(RuntimeError), transaction.atomic():
            permit_console_lock(MAY, "b")
            raise RuntimeError
        with transaction.atomic(), pytest.raises(IntegrityError, match="not permitted"), transaction.atomic():
            cursor.execute(VERIFIED.format(seal="b") + console)
        with suppress(RuntimeError), transaction.atomic():
            for _try in range(2):
                permit_console_lock(MAY, "b")
            cursor.execute(VERIFIED.format(seal="b") + console)
            assert MonthRun.objects.get(month=MAY).state == MonthRun.State.LOCKED
            raise RuntimeError


def test_where_tables_are_looked_for_is_not_the_roles_to_say(locked: Clone, django_db_blocker: DjangoDbBlocker) -> None:
    """A role may set for itself where its next sessions look; the application says it at each connection."""
    with closing(psycopg2.connect(locked.environment["DATABASE_URL"])) as session, session.cursor() as cursor:
        cursor.execute(f"ALTER ROLE CURRENT_USER IN DATABASE {locked.name} SET search_path = {SCHEMA}, public")
        session.commit()
    with django_db_blocker.unblock(), closing(connection.copy()) as fresh, fresh.cursor() as cursor:
        cursor.execute("SELECT current_database(), current_setting('search_path')")
        assert cursor.fetchone() == (locked.name, "public")


@pytest.fixture
def ask(locked: Clone) -> Iterator[psycopg2.extensions.cursor]:
    with closing(psycopg2.connect(locked.environment["DATABASE_URL"])) as session, session.cursor() as cursor:
        yield cursor


def test_the_application_may_do_what_the_code_lists_and_no_more(ask: psycopg2.extensions.cursor) -> None:
    ask.execute(
        "SELECT nspname, relname, array_agg(kind ORDER BY place) FILTER (WHERE has_table_privilege(c.oid, kind))"
        " FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace,"
        " unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'])"
        " WITH ORDINALITY AS kinds (kind, place)"
        " WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND nspname !~ '^(pg_|information_schema$)' GROUP BY 1, 2"
    )
    rights = {(schema, table): tuple(kinds or ()) for schema, table, kinds in ask.fetchall()}
    listed: dict[tuple[str, str], tuple[str, ...]] = {("public", table): kinds for table, kinds in TABLES.items()}
    listed |= {(SCHEMA, model._meta.db_table): (*ALL, "TRUNCATE") for model in STARTING_STATE}
    others = {table: kinds for table, kinds in rights.items() if kinds != listed.get(table)}
    assert not others, f"not as TABLES of salesorg/databases/grants.py says, where each table has its line: {others}"
    assert not listed.keys() - rights.keys(), "in TABLES of salesorg/databases/grants.py, but no table"


def test_no_table_is_open_wider_than_some_code_needs() -> None:
    unchanged = {table for table, kinds in TABLES.items() if "UPDATE" not in kinds}
    kept = {table for table, kinds in TABLES.items() if "DELETE" not in kinds}
    assert (unchanged, kept) == (NOTHING_CHANGES, NOTHING_REMOVES), "which code does it, to which rows, and who may?"


def test_the_functions_it_may_call_are_those_that_the_code_lists(ask: psycopg2.extensions.cursor) -> None:
    is_called = "AND has_function_privilege(pg_proc.oid, 'EXECUTE')"
    ask.execute(f"SELECT proname, prosecdef OR prosrc ~* '\\mexecute\\M' FROM {OWN_FUNCTIONS} {is_called}")
    called = dict(ask.fetchall())
    others = called.keys() ^ FUNCTIONS
    assert not others, (
        f"not as FUNCTIONS of salesorg/databases/grants.py says, which lists what is called in its name: {others}"
    )
    assert not any(called.values()), "what runs as the owner, or executes what it is given, is called by nobody"
    ask.execute("SELECT array_agg(extname::text ORDER BY extname) FROM pg_extension")
    assert ask.fetchone() == (["btree_gist", "pg_trgm", "plpgsql"],), "their functions may be called: look at them"


def test_what_runs_as_the_owner_is_one_function_and_all_fix_where_they_search(ask: psycopg2.extensions.cursor) -> None:
    ask.execute(f"SELECT proname, prosecdef, proconfig FROM {OWN_FUNCTIONS}")
    functions = ask.fetchall()
    whole = ["search_path=pg_catalog, public, pg_temp"]
    assert [(name, told) for name, definer, told in functions if definer] == [("keep_changes", whole)]
    assert {name for name, _definer, told in functions if told not in (["search_path=public, pg_temp"], whole)} == set()


def test_it_makes_nothing_owns_nothing_and_is_given_nothing_by_default(ask: psycopg2.extensions.cursor) -> None:
    ask.execute(
        "SELECT has_database_privilege(current_database(), 'CREATE'),"
        " has_database_privilege(current_database(), 'TEMP'),"
        " (SELECT array_agg(nspname ORDER BY nspname) FROM pg_namespace WHERE has_schema_privilege(oid, 'CREATE')),"
        " (SELECT array_agg(DISTINCT nspname ORDER BY nspname) FROM pg_namespace"
        "  WHERE has_schema_privilege(oid, 'USAGE') AND nspname !~ '^pg_|^information_schema$'),"
        " (SELECT count(*) FROM pg_auth_members WHERE member = current_user::regrole),"
        " (SELECT count(*) FROM pg_default_acl d, aclexplode(d.defaclacl) a"
        "  WHERE a.grantee IN (0, current_user::regrole)),"
        " (SELECT count(*) FROM pg_shdepend WHERE refobjid = current_user::regrole AND deptype = 'o'),"
        " (SELECT count(*) FROM pg_attribute WHERE attacl IS NOT NULL AND attrelid >= 16384),"
        " (SELECT count(*) FROM pg_class WHERE CASE relkind WHEN 'S' THEN has_sequence_privilege(oid, 'UPDATE') END),"
        " (SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls FROM pg_roles"
        "  WHERE rolname = current_user)"
    )
    assert ask.fetchall() == [(False, False, None, ["aside", "public"], 0, 0, 0, 0, 0, False)]


def test_what_happened_is_dated_by_the_database(ask: psycopg2.extensions.cursor) -> None:
    ask.execute(TOLD_NOBODY + EVENT.format(by="NULL"))
    ask.execute("SELECT at > now() - interval '1 minute' FROM access_accountevent ORDER BY id DESC LIMIT 1")
    assert ask.fetchall() == [(True,)]


def test_a_label_is_made_of_columns_that_the_catalogue_knows(locked: Clone) -> None:
    with closing(psycopg2.connect(locked.environment["DATABASE_OWNER_URL"])) as session, session.cursor() as owner:
        owner.execute("SELECT row_name('staff_absence', %s)", ["{employee_id.name}'); evil({start}"])
        named = "(SELECT c_.name FROM staff_employee AS c_ WHERE c_.id = c.employee_id)"
        assert owner.fetchone() == (f"concat({named}, '''); evil(', c.start)",)
        for label in ("c.id", "", "{evil()}", "{employee_id.nothing}", "{kind.name}", "{start) FROM added}"):
            owner.execute("SAVEPOINT one")
            with pytest.raises(errors.UndefinedColumn):
                owner.execute("SELECT row_name('staff_absence', %s)", [label])
            owner.execute("ROLLBACK TO one")
