"""Official numbers."""

import pytest
from django.db import transaction

from anning.accounts.models import NumberSeries
from anning.accounts.services import take_number
from anning.kernel import clock
from tests.races import successes, together

PREFIX = "津宁应急字"


def test_numbers_run_from_one_within_prefix_and_year(db):
    taken = [str(take_number(*series)) for series in [(PREFIX, 2026), (PREFIX, 2026), (PREFIX, 2027), ("津宁消", 2026)]]

    assert taken == [f"{PREFIX}〔2026〕1号", f"{PREFIX}〔2026〕2号", f"{PREFIX}〔2027〕1号", "津宁消〔2026〕1号"]


def test_the_year_is_the_legal_one(db):
    assert take_number(PREFIX).year == clock.today().year


@pytest.mark.django_db(transaction=True)
def test_a_signing_that_fails_gives_its_number_back():
    with transaction.atomic():
        take_number(PREFIX, 2026)

    @transaction.atomic
    def sign():
        take_number(PREFIX, 2026)
        raise ValueError("not signed after all")

    with pytest.raises(ValueError, match="not signed"):
        sign()

    with transaction.atomic():
        assert take_number(PREFIX, 2026).serial == 2


@pytest.mark.django_db(transaction=True)
def test_a_number_is_taken_only_in_a_transaction():
    with pytest.raises(RuntimeError):
        take_number(PREFIX, 2026)


@pytest.mark.django_db(transaction=True)
def test_signings_at_once_take_every_number_once_and_skip_none():
    def sign(fails):
        def work():
            with transaction.atomic():
                number = take_number(PREFIX, 2026)
                if fails:
                    raise ValueError("not signed after all")
                return number.serial

        return work

    taken = successes(together(*[sign(fails=i % 4 == 3) for i in range(16)]))

    assert sorted(taken) == list(range(1, 13))
    assert NumberSeries.objects.get().last == 12
