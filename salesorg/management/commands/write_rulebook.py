"""Writes docs/rulebook.md, or checks that it is up to date."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from rulebook.law.selectors import the_law
from salesorg.rulebook_page import marked_tests, orphaned_articles, render, rules_by_article


class Command(BaseCommand):
    help = "Write the page that maps the law's articles to readings, functions and tests."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare --check and where the page lies."""
        parser.add_argument("--check", action="store_true", help="write nothing; fail if the page is out of date")
        parser.add_argument("--page", type=Path, default=settings.BASE_DIR / "docs" / "rulebook.md")

    def handle(self, *args: Any, check: bool, page: Path, **options: Any) -> None:
        """Refuse articles that nothing carries out and nobody decides; then write or compare."""
        law, rules = the_law(), rules_by_article()
        orphaned = orphaned_articles(law, rules)
        if orphaned:
            raise CommandError(
                f"Neither a function nor a person decides: {', '.join(orphaned)} (rulebook/law/law.yaml)."
            )
        text = render(law, rules, marked_tests(settings.BASE_DIR / "tests"))
        if not check:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(text, encoding="utf-8")
            self.stdout.write(f"Wrote {page}.")
        elif not page.exists() or page.read_text(encoding="utf-8") != text:
            raise CommandError(f"{page} is out of date: run bin/manage write_rulebook.")
