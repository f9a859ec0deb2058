import pytest
from hypothesis import given
from hypothesis import strategies as st

from anning.kernel.errors import IllegalMove
from anning.kernel.lifecycle import Lifecycle, Move, draw_mermaid, draw_table

ALARM = Lifecycle(
    initial="active",
    moves=(
        Move("acknowledge", {"active"}, "acknowledged", "签收"),
        Move("escalate", {"active"}, "active", "升级"),
        Move("recover", {"active", "acknowledged"}, "recovered", "恢复"),
        Move("relapse", {"recovered"}, "active", "复发"),
        Move("close", {"acknowledged", "recovered"}, "closed", "关闭"),
    ),
    labels={"active": "待处置", "acknowledged": "已签收", "recovered": "已恢复", "closed": "已关闭"},
)
ARROWS = {(move.name, source): move.target for move in ALARM.moves for source in move.sources}


@pytest.mark.parametrize("state", ALARM.states)
@pytest.mark.parametrize("move", [move.name for move in ALARM.moves])
def test_every_pair_of_state_and_move_does_what_the_table_says(state, move):
    if (move, state) in ARROWS:
        assert ALARM.after(state, move) == ARROWS[move, state]
        assert move in ALARM.moves_from(state)
    else:
        with pytest.raises(IllegalMove):
            ALARM.after(state, move)
        assert move not in ALARM.moves_from(state)


def test_a_refused_move_is_explained_in_the_words_of_the_screen():
    with pytest.raises(IllegalMove) as caught:
        ALARM.after("closed", "acknowledge")

    assert caught.value.message == "当前状态为“已关闭”，不能“签收”"
    assert "刷新" in caught.value.remedy


def test_the_states_begin_with_the_initial_one_and_give_the_choices_of_the_column():
    assert ALARM.states[0] == "active"
    assert ALARM.choices == [
        ("active", "待处置"),
        ("acknowledged", "已签收"),
        ("recovered", "已恢复"),
        ("closed", "已关闭"),
    ]


def test_a_table_in_which_one_button_leads_two_ways_is_refused():
    with pytest.raises(ValueError, match="close"):
        Lifecycle("open", (Move("close", {"open"}, "closed"), Move("close", {"open"}, "lost")))


def test_a_label_of_a_state_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="clozed"):
        Lifecycle("open", (Move("close", {"open"}, "closed"),), labels={"clozed": "已关闭"})


def test_one_button_may_lead_different_ways_from_different_states():
    lifecycle = Lifecycle("a", (Move("next", {"a"}, "b"), Move("next", {"b"}, "c")))

    assert (lifecycle.after("a", "next"), lifecycle.after("b", "next")) == ("b", "c")


@given(st.lists(st.sampled_from([move.name for move in ALARM.moves]), max_size=30))
def test_no_walk_leaves_the_table(walk):
    state = ALARM.initial
    for move in walk:
        if move in ALARM.moves_from(state):
            state = ALARM.after(state, move)
        else:
            with pytest.raises(IllegalMove):
                ALARM.after(state, move)
    assert state in ALARM.states


def test_the_drawings_show_every_arrow_once():
    assert draw_table(ALARM).count("\n| `") == len(ALARM.moves)
    assert draw_mermaid(ALARM).count("-->") == len(ARROWS) + 1
    assert "    acknowledged --> closed : 关闭\n" in draw_mermaid(ALARM)
