"""The books: laws and standards, agreements, the liaison directory; some agreements run out, some numbers are old."""

from collections.abc import Iterator

from anning.accounts.models import Organisation
from anning.demo.places import Places
from anning.demo.sheets import add_missing, day, days_from_today, read_sheet
from anning.kernel.rulebook import CONFIDENCES
from anning.office.models import Agreement, Document, Liaison, Line


def add_books(places: Places) -> None:
    """Write documents, agreements and the liaison directory."""
    add_missing(_documents(), lambda row: row.code)
    add_missing(_agreements(places), lambda row: row.name)
    add_missing(
        (*_district_liaisons(places), *_member_liaisons(places), *_town_liaisons(places), *_park_liaisons(places)),
        lambda row: (row.unit_id, row.post, row.matter),
    )


def _documents() -> Iterator[Document]:
    for facts in read_sheet("documents"):
        yield Document(
            code=facts["code"],
            title=facts["title"],
            kind=facts["kind"],
            state=facts["state"],
            issuer=facts["issuer"],
            issued_on=day(facts["issued_on"]),
            in_force_on=day(facts["in_force_on"]),
            summary=facts["summary"],
            source=f"{CONFIDENCES[facts['confidence']]}；使用前核对官方文本",
            sensitivity="public",
        )


def _agreements(places: Places) -> Iterator[Agreement]:
    for facts in read_sheet("agreements"):
        signed, until = days_from_today(facts["signed"]), days_from_today(facts["until"])
        is_over = facts["until"].startswith("-")
        state = Agreement.State.DRAFT if not signed else Agreement.State.EXPIRED if is_over else Agreement.State.SIGNED
        partner = places.units[facts["partner"]]
        yield Agreement(
            name=facts["name"],
            partner=partner,
            state=state,
            line=facts["line"],
            matter=facts["matter"],
            signed_on=signed,
            until_on=until,
            contact_name="值班室",
            contact_phone=partner.duty_phone,
            note="已到期，未续签" if is_over else "",
            area=places.areas["120117"],
            organisation=places.units["区应急局"],
        )


def _district_liaisons(places: Places) -> Iterator[Liaison]:
    for facts in read_sheet("liaisons"):
        unit = places.units[facts["unit"]]
        yield Liaison(
            unit=unit,
            post=facts["post"],
            line=facts["line"],
            matter=facts["matter"],
            phone=unit.duty_phone,
            phone_backup=unit.phone if facts["line"] != Line.MILITARY else "",
            is_round_the_clock=bool(facts["round_the_clock"]),
            verified_on=days_from_today(f"-{facts['days']}" if facts["days"] else ""),
            note="" if facts["days"] else "尚未打通核实",
            area=places.areas["120117"],
            organisation=places.units["区应急局"],
        )


def _member_liaisons(places: Places) -> Iterator[Liaison]:
    """One line for each member of the safety committee; every ninth has not been called for a year."""
    members = {unit.pk: unit for unit in places.units.values() if unit.is_committee_member}
    for number, unit in enumerate(members.values()):
        yield _line(
            unit, "安委会联络员", "安全生产日常联络", places, days=400 + number if number % 9 == 8 else 30 + number
        )


def _town_liaisons(places: Places) -> Iterator[Liaison]:
    """Each town as the district calls it, and the district's duty room as the towns call it."""
    for number, town in enumerate(places.towns):
        unit = places.unit_of(town)
        line = _line(unit, "值班室值班员", "信息报送和叫应", places, days=5 + 2 * number if number % 7 != 6 else 300)
        line.phone, line.is_round_the_clock, line.area = unit.duty_phone, True, town
        yield line
        desk = _line(places.units["区值班室"], "主班值班员", f"{town.name}信息报送", places, days=10)
        desk.phone, desk.is_round_the_clock, desk.area, desk.organisation = desk.unit.duty_phone, True, town, unit
        yield desk


def _park_liaisons(places: Places) -> Iterator[Liaison]:
    """The duty rooms of the two parks as the district calls them; one has not been called for most of a year."""
    for number, park in enumerate(read_sheet("parks")):
        unit = places.units[park["short_name"]]
        line = _line(unit, "值班室值班员", "信息报送和叫应", places, days=20 + 250 * number)
        line.phone, line.is_round_the_clock, line.area = unit.duty_phone, True, unit.area
        yield line


def _line(unit: Organisation, post: str, matter: str, places: Places, *, days: int) -> Liaison:
    return Liaison(
        unit=unit,
        post=post,
        line=Line.DEPARTMENT,
        matter=matter,
        phone=unit.phone,
        verified_on=days_from_today(f"-{days}"),
        area=places.areas["120117"],
        organisation=unit,
    )
