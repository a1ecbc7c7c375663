"""What takes two persons is demanded in one call, for tables to come as well; nobody proposes what is about themselves.

Triggers hold for what is written from now on: what is there already stays as it is.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION demand_second_person(
    signed regclass, signer text, about text DEFAULT '', VARIADIC others text[] DEFAULT '{}'
) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    told text[] := signer || (about || others);
BEGIN
    EXECUTE format(
        'CREATE TRIGGER %I BEFORE INSERT OR UPDATE OF %s ON %s FOR EACH ROW WHEN (NEW.%I IS NOT NULL)'
        ' EXECUTE FUNCTION persons_differ(%s)',
        'persons_differ_' || signer,
        (SELECT string_agg(quote_ident(one), ', ') FROM unnest(told) AS one WHERE one <> ''),
        signed,
        signer,
        (SELECT string_agg(quote_literal(one), ', ') FROM unnest(told) AS one)
    );
END $$;

CREATE FUNCTION step_by_another() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM staff_review AS review JOIN access_user AS maker ON maker.person_key = review.employee_id
        WHERE review.id = NEW.review_id AND maker.id = NEW.made_by_id
    ) THEN
        RAISE EXCEPTION 'step of a review: nobody notes what is about themselves' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER step_by_another BEFORE INSERT ON staff_reviewstep
    FOR EACH ROW WHEN (NEW.made_by_id IS NOT NULL) EXECUTE FUNCTION step_by_another();

CREATE FUNCTION adjusted_by_another() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM compensation_correction AS correction JOIN access_user AS maker ON maker.id = correction.made_by_id
        WHERE correction.id = NEW.correction_id AND maker.person_key = NEW.employee_id
    ) THEN
        RAISE EXCEPTION 'adjustment: nobody corrects pay about themselves' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER adjusted_by_another BEFORE INSERT OR UPDATE OF employee_id, correction_id ON compensation_adjustment
    FOR EACH ROW EXECUTE FUNCTION adjusted_by_another();

SELECT demand_second_person('staff_rankdecision', 'closed_by_id', 'employee_id');
SELECT demand_second_person('staff_payconfirmation', 'by_id', 'employee_id');
SELECT demand_second_person('compensation_awardrecommendation', 'made_by_id', 'employee_id');
"""

DROP = """
DROP TRIGGER persons_differ_made_by_id ON compensation_awardrecommendation;
DROP TRIGGER persons_differ_by_id ON staff_payconfirmation;
DROP TRIGGER persons_differ_closed_by_id ON staff_rankdecision;
DROP TRIGGER adjusted_by_another ON compensation_adjustment;
DROP FUNCTION adjusted_by_another();
DROP TRIGGER step_by_another ON staff_reviewstep;
DROP FUNCTION step_by_another();
DROP FUNCTION demand_second_person(regclass, text, text, text[]);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("compensation", "0008_awards"),
        ("salesorg", "0004_persons"),
        ("staff", "0010_signing"),
    ]

    operations = [migrations.RunSQL(CREATE, DROP)]
