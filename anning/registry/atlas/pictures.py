"""The map as it is looked at, as a picture or in a Word document."""

import json
from io import BytesIO
from typing import Any

import shapely
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from docx.shared import Mm

from anning.journal.models import Sensitivity
from anning.journal.services import record
from anning.kernel import clock
from anning.kernel.actor import Actor
from anning.kernel.errors import Refused
from anning.registry.atlas import ground, inquiries, layers, questions
from anning.registry.atlas.snapshot import Drawing, Sheet, Snapshot, box_within, zoom_of
from anning.registry.atlas.views import box_of, on_map, wanted_layers
from anning.registry.crowd import selectors
from anning.registry.permissions import EXPORT_INSIDE
from anning.ui.documents import FANGSONG, SIZE_SMALL_4, blank, write_run, write_title

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LONGEST_TITLE, LONGEST_LABEL, MOST_LABELS = 40, 20, 100
ACROSS = Mm(247)  # A4 across less its margins


@require_POST
@on_map
def picture(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Return the map of the given box and layers as .png or .docx; what was drawn and written is on it."""
    actor.require(EXPORT_INSIDE)
    sheet = _sheet(request.POST, actor)
    drawn = Snapshot(sheet).png()
    kind = "docx" if request.POST.get("format") == "docx" else "png"
    _note(actor, kind, [title for _symbol, title, _features in sheet.layers])
    content, content_type = (_word(sheet, drawn), DOCX) if kind == "docx" else (drawn, "image/png")
    answer = HttpResponse(content, content_type=content_type)
    name = f"{sheet.title}_{clock.local(clock.now()):%Y%m%d_%H%M}.{kind}"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["Cache-Control"] = "no-store"
    return answer


def _sheet(data: Any, actor: Actor) -> Sheet:
    wanted = wanted_layers(data.getlist("on"))
    box = box_within(box_of(data.get("box", "")) or ground.extent(actor))
    chosen = [layer for group in layers.legend(actor) for layer in group.layers if layer.name in wanted]
    shown = [
        (layer.symbol, layer.title, layers.features(layer, actor, box, zoom_of(box))["features"]) for layer in chosen
    ]
    question = _asked(data)
    at = f"{clock.local(clock.now()):%Y-%m-%d %H:%M}"
    return Sheet(
        title=data.get("title", "").strip()[:LONGEST_TITLE] or _("态势图"),
        box=box,
        ground=ground.ground()["features"],
        layers=shown,
        note=_("内部使用，边界示意"),
        made=_("制图：%(who)s　%(at)s") % {"who": actor.title, "at": at},
        legend=_("图例"),
        scale_unit=(_("米"), _("公里")),
        drawing=_drawing(question, _json(data.get("labels", ""))),
        facts=_facts(question, actor),
    )


def _asked(data: Any) -> questions.Question | None:
    """Return the question whose shape is on the map, if one is drawn."""
    drawn = _json(data.get("drawing", ""))
    if not isinstance(drawn, dict) or not drawn.get("geometry"):
        return None
    metres = drawn.get("metres")
    far = float(metres) if isinstance(metres, int | float) and 0 < metres <= questions.FARTHEST_M else 0.0
    return questions.Question(questions.geometry_of(json.dumps(drawn["geometry"])), far)


def _drawing(question: questions.Question | None, labels: Any) -> Drawing:
    if question is None:
        return Drawing(labels=_words(labels))
    around = _plain(inquiries.area_of(question)) if question.metres else None
    return Drawing(_plain(question.shape), around, _words(labels))


def _facts(question: questions.Question | None, actor: Actor) -> list[str]:
    """Return the numbers inside what is drawn, as lines for the side of the picture."""
    if question is None or not question.has_inside:
        return []
    found = selectors.inside(actor, inquiries.area_of(question))
    numbers = (
        (_("人口"), found.people),
        (_("重点人员"), found.key_people),
        (_("住户"), found.households),
        (_("敏感场所"), len(found.sensitive) + found.more_sensitive),
    )
    return [question.words, *(f"{title} {number}" for title, number in numbers)]


def _words(labels: Any) -> list[tuple[str, float, float]]:
    """Return the labels that are whole; what is not is no label."""
    words = []
    for label in labels[:MOST_LABELS] if isinstance(labels, list) else []:
        try:
            east, north = (float(part) for part in label["at"])
            words.append((str(label["text"])[:LONGEST_LABEL], east, north))
        except (KeyError, TypeError, ValueError):
            continue
    return [word for word in words if -180 <= word[1] <= 180 and -85 <= word[2] <= 85]


def _word(sheet: Sheet, drawn: bytes) -> bytes:
    document = blank(landscape=True)
    write_title(document, sheet.title)
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.line_spacing = 1.0
    paragraph.add_run().add_picture(BytesIO(drawn), width=ACROSS - Mm(36))
    paragraph.alignment = 1
    write_run(document.add_paragraph(), f"{sheet.note}　{sheet.made}", FANGSONG, SIZE_SMALL_4)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _json(text: str) -> Any:
    if not text:
        return None
    if len(text) > questions.LARGEST_TEXT:
        raise Refused(_("图形太大"), _("请减少顶点后再出图"))
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refused(_("图形内容无法读取"), _("请在图上重新画一次")) from error


def _plain(shape: Any) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(shapely.to_geojson(shape))
    return plain


@transaction.atomic
def _note(actor: Actor, kind: str, titles: list[str]) -> None:
    record("map.print", "map:district", actor, sensitivity=Sensitivity.INTERNAL, format=kind, layers=titles)
