"""The unified social credit code (统一社会信用代码): eighteen signs, the last of which checks the others.

Source: GB 32100-2015 §4 and appendix A.
"""

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
LENGTH = 18


def check_sign(body: str) -> str:
    """Return the check sign of the first seventeen signs. Raises ValueError for a sign that a code cannot hold."""
    if len(body) != LENGTH - 1:
        raise ValueError(f"{len(body)} signs instead of {LENGTH - 1}")
    total = sum(weight * SIGNS.index(sign) for weight, sign in zip(WEIGHTS, body, strict=True))
    return SIGNS[-total % 31]


def is_credit_code(text: str) -> bool:
    """Whether ``text`` is a credit code with a right check sign."""
    if len(text) != LENGTH or any(sign not in SIGNS for sign in text):
        return False
    return check_sign(text[:-1]) == text[-1]
