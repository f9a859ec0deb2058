"""Reading XML from strangers: no document types, no entities, no depth without end."""

from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from django.utils.translation import gettext as _

from anning.kernel.errors import Refused

DEEPEST = 60


def parse(content: bytes) -> Element:
    """Return the root element, names without namespaces. Raises Refused for broken or hostile XML."""
    builder, depth = TreeBuilder(), 0
    parser = expat.ParserCreate(namespace_separator=" ")

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise Refused(_("XML 嵌套过深"), _("请从制图软件重新导出"))
        builder.start(_local(tag), attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_local(tag))

    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(content, True)
        return builder.close()
    except (expat.ExpatError, AssertionError, ValueError, LookupError) as error:
        raise Refused(_("文件不是完整的 XML，无法读取"), _("请从制图软件重新导出")) from error


def _refuse_doctype(*_declared: object) -> None:
    raise Refused(_("文件含有不允许的内容（DOCTYPE）"), _("请从制图软件重新导出，不要手工加入实体"))


def _local(tag: str) -> str:
    return tag.rpartition(" ")[2]
