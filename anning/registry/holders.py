"""What the registry keeps about people who hold posts; the tables of residents are cleaned after an erasure too."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anning.accounts.holders import Holder, hold
from anning.accounts.models import Person
from anning.registry.models import Resident, ResponsiblePerson


def copy_of(person: Person) -> dict[str, Any]:
    """Return the households that the person looks after, and what the person answers for in the flood season."""
    return {
        _("包保住户"): [household.code for household in person.households.all()],
        _("防汛责任"): [str(duty) for duty in person.flood_duties.select_related("facility")],
    }


def erase(person: Person) -> int:
    """Leave the households without a guardian and the duties without a name: somebody else is needed there."""
    return person.households.update(guardian=None) + person.flood_duties.update(person=None)


hold(Holder("registry", gettext_lazy("底册"), copy_of, erase, (Resident, ResponsiblePerson)))
