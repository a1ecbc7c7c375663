"""What must hold of disputes whatever writes them: shares are all there is, what has ended stays ended, nobody finds in
an own dispute, and each party agrees for itself. Who changed what is kept."""

from django.db import migrations

CREATE = """
CREATE FUNCTION refuse_parts_of_the_whole() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    -- arguments: the table of the shares, and its column that leads to what they divide
    whole bigint := coalesce((to_jsonb(NEW) ->> TG_ARGV[1])::bigint, NEW.id);
    sums record;
BEGIN
    EXECUTE format('SELECT sum(sales_share) AS sales, sum(commission_share) AS commission FROM %I WHERE %I = $1',
        TG_ARGV[0], TG_ARGV[1]) INTO sums USING whole;
    IF (sums.sales, sums.commission) IS DISTINCT FROM (1::numeric, 1::numeric) THEN
        RAISE EXCEPTION '% %: shares sum to % and %, not to 1', TG_TABLE_NAME, whole, sums.sales, sums.commission
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER shares_sum_to_the_whole AFTER INSERT OR UPDATE ON disputes_findingshare
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION refuse_parts_of_the_whole('disputes_findingshare', 'finding_id');
CREATE CONSTRAINT TRIGGER shares_sum_to_the_whole AFTER INSERT OR UPDATE ON disputes_offershare
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION refuse_parts_of_the_whole('disputes_offershare', 'offer_id');
CREATE CONSTRAINT TRIGGER offer_has_shares AFTER INSERT ON disputes_offer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION refuse_parts_of_the_whole('disputes_offershare', 'offer_id');

CREATE FUNCTION refuse_other_ways() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.state NOT IN ('raised', 'verifying') THEN
        RAISE EXCEPTION 'dispute % has ended, and stays as it is', OLD.number USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.state <> NEW.state AND (OLD.state, NEW.state) IN (('verifying', 'raised'), ('raised', 'decided')) THEN
        RAISE EXCEPTION 'dispute %: % does not follow %', OLD.number, NEW.state, OLD.state
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ended_stays_ended BEFORE UPDATE ON disputes_dispute
    FOR EACH ROW EXECUTE FUNCTION refuse_other_ways();

CREATE FUNCTION refuse_half_an_end() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    ended disputes_dispute;
    is_ruled boolean;
BEGIN
    SELECT * INTO ended FROM disputes_dispute
        WHERE id = CASE TG_TABLE_NAME WHEN 'disputes_dispute' THEN NEW.id ELSE (to_jsonb(NEW) ->> 'dispute_id')::bigint END;
    is_ruled := EXISTS (SELECT FROM disputes_ruling WHERE dispute_id = ended.id);
    IF is_ruled <> (ended.state IN ('decided', 'settled')) THEN
        RAISE EXCEPTION 'dispute % is decided or settled exactly by a ruling', ended.number
            USING ERRCODE = 'check_violation';
    END IF;
    IF ended.hold_id IS NOT NULL AND (ended.state IN ('raised', 'verifying')) =
        EXISTS (SELECT FROM compensation_correction WHERE hold_id = ended.hold_id)
    THEN
        RAISE EXCEPTION 'dispute %: its hold ends with it', ended.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ends_as_a_whole AFTER INSERT OR UPDATE ON disputes_dispute
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_half_an_end();
CREATE CONSTRAINT TRIGGER ends_as_a_whole AFTER INSERT ON disputes_ruling
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse_half_an_end();

CREATE FUNCTION refuse_once_ended() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM disputes_dispute WHERE id = NEW.dispute_id AND state NOT IN ('raised', 'verifying')) THEN
        RAISE EXCEPTION '%: its dispute has ended', TG_TABLE_NAME USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_while_open BEFORE INSERT OR UPDATE ON disputes_party
    FOR EACH ROW EXECUTE FUNCTION refuse_once_ended();
CREATE TRIGGER only_while_open BEFORE INSERT ON disputes_finding
    FOR EACH ROW EXECUTE FUNCTION refuse_once_ended();
CREATE TRIGGER only_while_open BEFORE INSERT ON disputes_offer
    FOR EACH ROW EXECUTE FUNCTION refuse_once_ended();

CREATE FUNCTION refuse_own_finding() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM disputes_finding found JOIN access_user giver ON giver.id = found.given_by_id
            JOIN disputes_party party ON party.dispute_id = found.dispute_id AND party.employee_id = giver.person_key
        WHERE found.dispute_id = NEW.dispute_id
    ) THEN
        RAISE EXCEPTION 'dispute %: nobody finds about themselves', NEW.dispute_id USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT FROM disputes_finding one JOIN disputes_finding other ON one.dispute_id = other.dispute_id
            JOIN access_user first ON first.id = one.given_by_id JOIN access_user second ON second.id = other.given_by_id
        WHERE one.dispute_id = NEW.dispute_id AND one.desk = 'human' AND other.desk = 'marketing'
            AND (first.id = second.id OR first.person_key = second.person_key)
    ) THEN
        RAISE EXCEPTION 'dispute %: one person gives one of the two findings', NEW.dispute_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER found_by_others AFTER INSERT ON disputes_finding
    FOR EACH ROW EXECUTE FUNCTION refuse_own_finding();
CREATE TRIGGER found_by_others AFTER INSERT OR UPDATE OF employee_id ON disputes_party
    FOR EACH ROW EXECUTE FUNCTION refuse_own_finding();

CREATE FUNCTION refuse_ruling_about_oneself() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.source <> 'settlement' AND EXISTS (
        SELECT FROM disputes_party party JOIN access_user maker ON maker.person_key = party.employee_id
        WHERE party.dispute_id = NEW.dispute_id AND maker.id = NEW.made_by_id
    ) THEN
        RAISE EXCEPTION 'dispute %: nobody rules about themselves', NEW.dispute_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ruled_by_another BEFORE INSERT ON disputes_ruling
    FOR EACH ROW EXECUTE FUNCTION refuse_ruling_about_oneself();

CREATE FUNCTION refuse_consent_of_others() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    person bigint;
    is_party boolean;
BEGIN
    SELECT person_key INTO person FROM access_user WHERE id = NEW.confirmed_by_id;
    SELECT true INTO is_party FROM disputes_offer offer JOIN disputes_party party ON party.dispute_id = offer.dispute_id
        WHERE offer.id = NEW.offer_id AND offer.state = 'open' AND party.employee_id = NEW.employee_id
            AND party.withdrawn_at IS NULL;
    IF person IS DISTINCT FROM NEW.employee_id OR is_party IS NOT TRUE THEN
        RAISE EXCEPTION 'an open offer is agreed to by a party itself' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER agreed_by_the_party BEFORE INSERT ON disputes_offerconfirmation
    FOR EACH ROW EXECUTE FUNCTION refuse_consent_of_others();

CREATE FUNCTION refuse_offer_half_agreed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.state <> 'open' THEN
        RAISE EXCEPTION 'an offer that has ended stays as it is' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'agreed' AND EXISTS (
        SELECT FROM disputes_party party WHERE party.dispute_id = NEW.dispute_id AND party.withdrawn_at IS NULL
            AND NOT EXISTS (SELECT FROM disputes_offerconfirmation agreed
                WHERE agreed.offer_id = NEW.id AND agreed.employee_id = party.employee_id)
    ) THEN
        RAISE EXCEPTION 'an offer holds once all parties agreed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER agreed_by_all BEFORE UPDATE ON disputes_offer
    FOR EACH ROW EXECUTE FUNCTION refuse_offer_half_agreed();

-- Parties settle about themselves once all agreed, and whoever takes a claim back has paid what was held to whom it is due.
CREATE OR REPLACE FUNCTION adjusted_by_another() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM compensation_correction AS correction JOIN access_user AS maker ON maker.id = correction.made_by_id
        WHERE correction.id = NEW.correction_id AND maker.person_key = NEW.employee_id
            AND correction.kind <> 'release' AND NOT EXISTS (
                SELECT FROM disputes_offer AS offer JOIN disputes_dispute AS dispute ON dispute.id = offer.dispute_id
                WHERE dispute.number = correction.reference AND offer.state = 'agreed'
            )
    ) THEN
        RAISE EXCEPTION 'adjustment: nobody corrects pay about themselves' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

SELECT demand_second_person('disputes_violation', 'signed_by_id', 'employee_id', 'decided_by_id');
SELECT demand_second_person('disputes_violation', 'decided_by_id', 'employee_id');
"""

DROP = """
CREATE OR REPLACE FUNCTION adjusted_by_another() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM compensation_correction AS correction JOIN access_user AS maker ON maker.id = correction.made_by_id
        WHERE correction.id = NEW.correction_id AND maker.person_key = NEW.employee_id
    ) THEN
        RAISE EXCEPTION 'adjustment: nobody corrects pay about themselves' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER persons_differ_decided_by_id ON disputes_violation;
DROP TRIGGER persons_differ_signed_by_id ON disputes_violation;
DROP TRIGGER agreed_by_all ON disputes_offer;
DROP TRIGGER agreed_by_the_party ON disputes_offerconfirmation;
DROP TRIGGER ruled_by_another ON disputes_ruling;
DROP TRIGGER found_by_others ON disputes_party;
DROP TRIGGER found_by_others ON disputes_finding;
DROP TRIGGER only_while_open ON disputes_offer;
DROP TRIGGER only_while_open ON disputes_finding;
DROP TRIGGER only_while_open ON disputes_party;
DROP TRIGGER ends_as_a_whole ON disputes_ruling;
DROP TRIGGER ends_as_a_whole ON disputes_dispute;
DROP TRIGGER ended_stays_ended ON disputes_dispute;
DROP TRIGGER offer_has_shares ON disputes_offer;
DROP TRIGGER shares_sum_to_the_whole ON disputes_offershare;
DROP TRIGGER shares_sum_to_the_whole ON disputes_findingshare;
DROP FUNCTION refuse_offer_half_agreed();
DROP FUNCTION refuse_consent_of_others();
DROP FUNCTION refuse_ruling_about_oneself();
DROP FUNCTION refuse_own_finding();
DROP FUNCTION refuse_once_ended();
DROP FUNCTION refuse_half_an_end();
DROP FUNCTION refuse_other_ways();
DROP FUNCTION refuse_parts_of_the_whole();
"""

NAMED = "{dispute_id.number}"
PERSON = "{employee_id.name} ({employee_id.number})"
TRACKED = {
    "disputes_dispute": "{number}",
    "disputes_party": f"{NAMED} {PERSON}",
    "disputes_finding": f"{NAMED} {{desk}}",
    "disputes_findingshare": f"{{finding_id.dispute_id.number}} {PERSON}",
    "disputes_ruling": f"{NAMED} {{made_on}}",
    "disputes_offer": NAMED,
    "disputes_offershare": f"{{offer_id.dispute_id.number}} {PERSON}",
    "disputes_offerconfirmation": f"{{offer_id.dispute_id.number}} {PERSON}",
    "disputes_violation": f"{NAMED} {PERSON}",
}
"""How a row of each tracked table is called."""


def track(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for table, label in TRACKED.items():
            app, model = table.split("_")
            cursor.execute("SELECT track_table(%s, %s, %s)", [table, f"{app}.{model}", label])


def untrack(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for table in TRACKED:
            cursor.execute("SELECT untrack_table(%s)", [table])


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0012_owner_alone"),
        ("disputes", "0002_deciding"),
        ("salesorg", "0005_signing"),
    ]

    operations = [migrations.RunSQL(CREATE, DROP), migrations.RunPython(track, untrack)]
