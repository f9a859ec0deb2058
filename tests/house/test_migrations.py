"""Migrations say what the models say, and every table of people's records is journaled."""

import pytest
from django.apps import apps
from django.core.management import call_command

from anning.journal.models import Record

OURS = [config for config in apps.get_app_configs() if config.name.startswith("anning.")]
RECORDS = [model for config in OURS for model in config.get_models() if issubclass(model, Record)]


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model._meta.label)
def test_the_places_of_a_record_are_real_lookups(model):
    """A scope lookup that leads nowhere would show every row to nobody, or fail when asked."""
    for lookup in filter(None, (model.scope_area, model.scope_organisation)):
        str(model._base_manager.filter(**{f"{lookup}__startswith": "120117"}).query)


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model._meta.label)
def test_personal_and_masked_fields_exist(model):
    for field in (*getattr(model, "personal_fields", ()), *getattr(model, "masked_fields", ())):
        model._meta.get_field(field)
