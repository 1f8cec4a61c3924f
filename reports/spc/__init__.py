"""Statistical process control (SPC): control charts, run rules and capability of one stream of measurements.

subgroups of one product, characteristic and specification → chart → signals → indices, or why there are none
It stands with the reports because a product review prints what the page draws; it knows numbers only.
"""

from reports.spc.capability import Capability, Demands, Index, capability
from reports.spc.chart import Chart, Kind, NoChart, Panel, attribute_chart, variable_chart
from reports.spc.rules import RuleSet, Signal

__all__ = [
    "Capability",
    "Chart",
    "Demands",
    "Index",
    "Kind",
    "NoChart",
    "Panel",
    "RuleSet",
    "Signal",
    "attribute_chart",
    "capability",
    "variable_chart",
]
