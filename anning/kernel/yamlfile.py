"""Reading a YAML data file strictly: a key written twice is an error, not the last one's luck."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml


class BadYaml(ValueError):
    """The file is not readable YAML; the message names the line."""


class _Strict(yaml.SafeLoader):
    """A safe loader that refuses repeated keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise BadYaml(f"第 {node.start_mark.line + 1} 行起的键值对中 {key} 重复")
        return super().construct_mapping(node, deep)


def read_yaml(file: Path) -> Any:
    """Return the content of ``file``. Raises BadYaml, naming the line, for what cannot be read."""
    try:
        return yaml.load(file.read_text("utf-8"), _Strict)  # noqa: S506 - a subclass of SafeLoader
    except UnicodeDecodeError:
        raise BadYaml("不是 UTF-8 编码的文本") from None
    except yaml.MarkedYAMLError as error:
        line = f"第 {error.problem_mark.line + 1} 行" if error.problem_mark else ""
        raise BadYaml(f"{line}不是正确的 YAML") from None
    except ValueError as error:  # e.g. a date that does not exist
        raise BadYaml(str(error)) from None
