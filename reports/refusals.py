"""What a report is refused for; every message says in both languages what happened and what to do."""


class ReportRefused(Exception):
    """A report was not made. Whoever asked is told why, and that it was refused goes on record."""


class BadParameter(ReportRefused):
    """A parameter is missing, unknown or unreadable."""


class UnknownForm(ReportRefused):
    """There is no form of that code."""


class UnknownSubject(ReportRefused):
    """The release does not hold what the report is about."""


class DataMissing(ReportRefused):
    """The release lacks what the form cannot do without."""


class NotReleased(ReportRefused):
    """What was asked for is not open to readers."""


class NotAllowed(ReportRefused):
    """Whoever asked may not issue reports."""
