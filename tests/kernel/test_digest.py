import hashlib

import pytest
from cryptography.hazmat.primitives import hashes
from hypothesis import given
from hypothesis import strategies as st

from anning.kernel.digest import ALGORITHMS, canonical, digest

facts = st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers()))


def test_sm3_gives_the_example_of_its_standard():
    made = hashes.Hash(ALGORITHMS["sm3"]())
    made.update(b"abc")

    # GB/T 32905-2016 A.1
    assert made.finalize().hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_the_chain_covers_what_came_before_and_the_content():
    assert digest("前", "内容") == hashlib.sha256("前\n内容".encode()).hexdigest()
    assert len({digest(p, c, a) for p in ("", "a") for c in ("b", "c") for a in ALGORITHMS}) == 8


def test_an_unknown_algorithm_is_refused():
    with pytest.raises(KeyError):
        digest("", "", "md5")


@given(facts)
def test_one_content_has_one_text_whatever_the_order(content):
    assert canonical(content) == canonical(dict(reversed(list(content.items()))))


def test_the_text_is_dense_and_keeps_chinese():
    assert canonical({"乙": [1, None], "a": "芦台"}) == '{"a":"芦台","乙":[1,null]}'


@pytest.mark.parametrize(("bad", "error"), [({"a": float("nan")}, ValueError), ({"a": {1, 2}}, TypeError)])
def test_what_json_cannot_hold_is_refused(bad, error):
    with pytest.raises(error):
        canonical(bad)
