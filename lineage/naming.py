"""Names in lineage: one namespace per layer, the table's own name in it.

    landing file   medlake://landing   sap_a/mseg/mseg_20250101.csv   (path below its landing root)
    raw table      medlake://raw       raw.sap_a__mseg
    warehouse      medlake://core      core.lot                       (stg, core, mart alike)
    release        medlake://release   release.warehouse              (its number is the dataset's version)

A layer is the same word as folder, schema, asset group and namespace. Nothing names a machine, so a lake
that moves keeps its lineage.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

Layer = Literal["landing", "raw", "stg", "core", "mart", "release"]

JOBS = "medlake"
REFRESH = "refresh"


class DatasetName(NamedTuple):
    """What OpenLineage knows a dataset by."""

    namespace: str
    name: str


def namespace(layer: Layer) -> str:
    """Namespace of a layer."""
    return f"medlake://{layer}"


def landing_file(path: str) -> DatasetName:
    """A landing file by its path below its landing root."""
    return DatasetName(namespace("landing"), path.replace("\\", "/"))


def table(qualified: str) -> DatasetName:
    """A raw or warehouse table by its qualified name.

    Raises:
        ValueError: the schema is no layer.
    """
    layer, _, name = qualified.partition(".")
    if layer not in get_args(Layer) or not name:
        raise ValueError(f"{qualified} is not <layer>.<table>; layers: {', '.join(get_args(Layer))}")
    return DatasetName(f"medlake://{layer}", qualified)


def release() -> DatasetName:
    """What readers open; every release is a version of it."""
    return DatasetName(namespace("release"), "release.warehouse")
