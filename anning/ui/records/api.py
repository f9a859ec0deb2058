"""The API of every register: list, one, add, change, delete; routes and types follow from the declaration."""

from typing import Annotated, Any

from django.db import models
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from ninja import Path, Query, Router, Status

from anning.accounts.web import actor_of
from anning.kernel.actor import Actor
from anning.kernel.errors import Refused
from anning.ui.records import schemas, selectors, services, tables
from anning.ui.records.filters import filters_of
from anning.ui.records.register import Register, every

REFUSALS = {
    401: schemas.Problem,
    403: schemas.Problem,
    404: schemas.Problem,
    409: schemas.Problem,
    422: schemas.Problem,
}
RecordKey = Annotated[str, Path(pattern=r"^([0-9]{1,18}|[0-7][0-9A-HJKMNP-TV-Z]{25})$")]
Reason = Annotated[schemas.Text, Query(min_length=1, max_length=200)]


def router() -> Router:
    """Return the routes of all registers."""
    made = Router()
    for register in every():
        add_routes(made, register)
    return made


def add_routes(made: Router, register: Register) -> None:
    """Add the routes of one register, as far as it has the verbs."""
    out = schemas.out_schema(register)
    options: dict[str, Any] = {"tags": [register.name], "exclude_unset": False}
    _add_reading(made, register, out, options)
    if "add" in register.all_verbs:
        _add_creating(made, register, out, options)
    if "change" in register.all_verbs:
        _add_changing(made, register, out, options)
    if "delete" in register.all_verbs:
        _add_deleting(made, register, options)


def _add_reading(made: Router, register: Register, out: Any, options: dict[str, Any]) -> None:
    page = schemas.page_schema(register, out)
    query = schemas.query_schema(register, _filter_names(register))
    asked: Any = Query(...)  # type: ignore[type-arg]

    @made.get(f"/{register.name}", response={200: page, **REFUSALS}, operation_id=f"{register.name}_list", **options)
    def list_records(request: HttpRequest, filters: query = asked) -> Any:  # type: ignore[valid-type]
        """List the records inside the caller's scope."""
        return _page(register, actor_of(request), filters.dict(exclude_none=True))  # type: ignore[attr-defined]

    @made.get(
        f"/{register.name}/{{key}}", response={200: out, **REFUSALS}, operation_id=f"{register.name}_get", **options
    )
    def get_record(request: HttpRequest, key: RecordKey) -> Any:
        """Return one record by id or ULID."""
        return schemas.record_out(register, selectors.one(register, actor_of(request), key))


def _add_creating(made: Router, register: Register, out: Any, options: dict[str, Any]) -> None:
    body_type = schemas.in_schema(register)

    @made.post(f"/{register.name}", response={201: out, **REFUSALS}, operation_id=f"{register.name}_add", **options)
    def add_record(request: HttpRequest, body: body_type) -> Any:  # type: ignore[valid-type]
        """Add a record."""
        actor = actor_of(request)
        actor.require(register.permission("add"))
        values = _values(register, actor, body.dict(exclude_unset=True))  # type: ignore[attr-defined]
        row = services.create(register, actor, values)
        return Status(201, schemas.record_out(register, row))


def _add_changing(made: Router, register: Register, out: Any, options: dict[str, Any]) -> None:
    body_type = schemas.change_schema(register)

    @made.patch(
        f"/{register.name}/{{key}}", response={200: out, **REFUSALS}, operation_id=f"{register.name}_change", **options
    )
    def change_record(request: HttpRequest, key: RecordKey, body: body_type) -> Any:  # type: ignore[valid-type]
        """Change fields of a record; 409 when the version is no longer the stored one."""
        actor = actor_of(request)
        row = selectors.one(register, actor, key)
        facts = body.dict(exclude_unset=True)  # type: ignore[attr-defined]
        version = facts.pop("version")
        actor.require(register.permission("change"))
        row = services.change(register, actor, row.pk, _values(register, actor, facts), version=version)
        return schemas.record_out(register, row)


def _add_deleting(made: Router, register: Register, options: dict[str, Any]) -> None:
    @made.delete(
        f"/{register.name}/{{key}}", response={204: None, **REFUSALS}, operation_id=f"{register.name}_delete", **options
    )
    def delete_record(request: HttpRequest, key: RecordKey, reason: Reason) -> Any:
        """Delete a record for a reason; it can be restored on its register's page."""
        actor = actor_of(request)
        row = selectors.one(register, actor, key)
        services.delete(register, actor, row.pk, reason=reason)
        return Status(204, None)


def _page(register: Register, actor: Actor, query: dict[str, Any]) -> dict[str, Any]:
    number, size, sort = query.pop("page"), query.pop("per_page"), query.pop("sort", "")
    data = QueryDict(mutable=True)
    data.update({name.removesuffix("_") if name.endswith("_") else name: text for name, text in query.items()})
    filters = filters_of(register, actor, data, selectors.rows(register, actor))
    if not filters.form.is_valid():
        bad = {name: "；".join(texts) for name, texts in filters.form.errors.items()}
        raise Refused(_("筛选条件有误"), _("请改正标出的条件"), fields=bad)
    found = filters.qs
    path = sort.removeprefix("-")
    if path:
        if path not in tables.offered_columns(register) or not tables.sortable(register, path):
            raise Refused(_("不能按此列排序"), _("请使用文档所列的列名"), fields={"sort": _("不能按此列排序")})
        found = found.order_by(sort, "pk")
    many = [f.name for f in register.options.many_to_many if f.name in {*register.fields, *register.facts}]
    found = found.select_related(*register.related((*register.fields, *register.facts))).prefetch_related(*many)
    rows = found[(number - 1) * size : number * size]
    items = [schemas.record_out(register, row) for row in rows]
    return {"items": items, "total": found.count(), "page": number, "per_page": size}


def _filter_names(register: Register) -> list[str]:
    names = ["q"] if register.search else []
    for path in dict.fromkeys((*((register.chips,) if register.chips else ()), *register.filters)):
        if isinstance(register.field(path), models.DateField):
            names += [f"{path}_min", f"{path}_max"]
        else:
            names.append(path)
    return names


def _values(register: Register, actor: Actor, facts: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of a request as values for the services: keys of relations become rows inside the scope."""
    values: dict[str, Any] = {}
    bad: dict[str, str] = {}
    for name in register.fields:
        if schemas.free(name) not in facts:
            continue
        field, value = register.field(name), facts[schemas.free(name)]
        if isinstance(field, models.ForeignKey) and value is not None:
            value = selectors.choices(field, actor).filter(pk=value).first()
            if value is None:
                bad[name] = _("所选记录不存在，或不在您的管辖范围内")
        elif isinstance(field, models.ManyToManyField):
            keys = set(value or ())
            value = list(selectors.choices(field, actor).filter(pk__in=keys))
            if len(value) != len(keys):
                bad[name] = _("所选记录不存在，或不在您的管辖范围内")
        elif value is None and not field.null:
            value = field.get_default() if field.has_default() else "" if field.empty_strings_allowed else None
        elif name in register.masked and "*" in str(value):
            bad[name] = _("带 * 的内容不是完整信息，请填写完整或不要传此字段")
        values[name] = value
    if bad:
        raise Refused(_("有内容未通过检查"), _("请改正标出的内容后再提交"), fields=bad)
    return values
