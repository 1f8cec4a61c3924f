"""The recall package: notices, deadlines, reconciliation and EPCIS events of one recall on one release."""

from reports.recall.package import Package, build, write_package
from reports.recall.request import RecallClass, RecallRequest, RequestInvalid

__all__ = ["Package", "RecallClass", "RecallRequest", "RequestInvalid", "build", "write_package"]
