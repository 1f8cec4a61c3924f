"""What is built beside the warehouse file of a release: genealogy, catalogue, checks, control charts."""

from collections.abc import Mapping

import pyarrow as pa

from lakehouse.releases import Attachment
from lakehouse.settings import Settings
from lineage.catalogue import ATTACHMENT as CATALOGUE
from pipelines.released_catalogue import attach_catalogue
from quality_rules.index.checks import ATTACHMENT as QUALITY_CHECKS
from quality_rules.index.checks import keep_checks
from reports.spc.streams import ATTACHMENT as SPC_VERDICTS
from reports.spc.streams import attach_verdicts
from traceability.index.release_index import ATTACHMENT as GENEALOGY
from traceability.index.release_index import attach_index


def beside(settings: Settings, gate_results: pa.Table) -> Mapping[str, Attachment]:
    """Builders by the name of their file or folder.

    Args:
        settings: The lake, whose models the catalogue describes.
        gate_results: What the gates of the run found.
    """
    return {
        GENEALOGY: attach_index,
        CATALOGUE: attach_catalogue(settings),
        QUALITY_CHECKS: keep_checks(gate_results),
        SPC_VERDICTS: attach_verdicts,
    }
