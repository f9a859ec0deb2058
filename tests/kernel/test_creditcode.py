"""The credit code: eighteen signs of which the last checks the others."""

import pytest

from anning.kernel.creditcode import LENGTH, SIGNS, check_sign, is_credit_code

# Codes that their owners print on every invoice.
PUBLISHED = ["91350100M000100Y43", "9144030071526726XG", "91110000802100433B"]


@pytest.mark.parametrize("code", PUBLISHED)
def test_published_codes_are_right(code):
    assert is_credit_code(code)


@pytest.mark.parametrize("code", PUBLISHED)
def test_one_wrong_sign_anywhere_is_noticed(code):
    for place in range(LENGTH):
        other = SIGNS[(SIGNS.index(code[place]) + 1) % len(SIGNS)]
        assert not is_credit_code(code[:place] + other + code[place + 1 :])


@pytest.mark.parametrize("code", PUBLISHED)
def test_two_signs_that_changed_places_are_noticed(code):
    for place in range(LENGTH - 1):
        if code[place] != code[place + 1]:
            assert not is_credit_code(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


@pytest.mark.parametrize(
    "text",
    ["", "91350100M000100Y4", "91350100M000100Y430", "9135O100M000100Y43", "91350100m000100y43", "９1350100M000100Y43"],
)
def test_what_cannot_be_a_code_is_none(text):
    assert not is_credit_code(text)


def test_the_check_sign_needs_seventeen_known_signs():
    with pytest.raises(ValueError, match="instead of"):
        check_sign("9135")
    with pytest.raises(ValueError):
        check_sign("O" * 17)
