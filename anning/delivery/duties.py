"""What ``anning work`` looks at again and again for delivery."""

from anning.delivery import services
from anning.journal.registry import periodic


@periodic("delivery.deliver", every_s=1.0)
def deliver() -> int:
    """Make the attempts that are due, those held over the night among them."""
    return services.deliver_due()


@periodic("delivery.recover", every_s=30.0)
def recover() -> int:
    """Try again where a worker died while sending."""
    return services.recover_lost()


@periodic("delivery.close_calls", every_s=1.0)
def close_calls() -> int:
    """Pass on the calls that nobody answered in time."""
    return services.close_late_calls()
