from pathlib import Path

from django.db import migrations

FIRST_PLAN = Path(__file__).resolve().parent.parent / "plans" / "2011-04.yaml"


def add(apps, schema_editor):
    apps.get_model("rulebook", "PlanVersion").objects.create(
        version="2011-04",
        name="营销体系2011年薪酬制度",
        effective_from="2011-04-01",
        text=FIRST_PLAN.read_text(encoding="utf-8"),
        approved_at="2011-04-01T00:00:00+08:00",
        approved_by="总公司",
    )


def remove(apps, schema_editor):
    apps.get_model("rulebook", "PlanVersion").objects.filter(version="2011-04").delete()


class Migration(migrations.Migration):
    dependencies = [("rulebook", "0001_initial")]

    operations = [migrations.RunPython(add, remove)]
