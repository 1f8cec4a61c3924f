"""YAML in which every text knows the line it stands on, so that a mistake in the policy can be pointed at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


class BadPolicy(ValueError):
    """The file of who may do what cannot be used; says the file, the line and what is wrong there."""


class Word(str):
    """A text of the file and its line."""

    line: int

    def wrong(self, file: Path, zh: str, en: str) -> BadPolicy:
        """What to say when this text is a mistake."""
        return BadPolicy(f"{file}:{self.line}: {self}：{zh} | {self}: {en}")


class _Loader(yaml.SafeLoader):
    """Safe YAML; texts become words, and a key that stands twice is an error."""


def read(file: Path) -> Any:
    """The content of a file.

    Raises:
        BadPolicy: It is missing or not YAML.
    """
    try:
        return yaml.load(file.read_text(encoding="utf-8"), _Loader)
    except (OSError, yaml.YAMLError) as error:
        raise BadPolicy(f"权限策略 {file} 无法读取 | the policy {file} cannot be read: {error}") from error


def _word(loader: _Loader, node: yaml.ScalarNode) -> Word:
    word = Word(node.value)
    word.line = node.start_mark.line + 1
    return word


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in found:
            raise yaml.constructor.ConstructorError(None, None, f"{key} stands twice", key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_Loader.add_constructor("tag:yaml.org,2002:str", _word)
_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
