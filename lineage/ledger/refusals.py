"""What evidence refuses, so that a command can tell it from a fault without loading any cryptography."""


class EvidenceRefused(Exception):
    """Something about the ledger, its keys or its witness does not hold; the message says what to do."""


class DamagedLedger(EvidenceRefused):
    """The ledger, or its checkpoint, cannot be read as what it was written."""


class BadKey(EvidenceRefused):
    """A key file cannot be used."""


class HistoryRefused(EvidenceRefused):
    """The witness knows another history of this ledger: it was rolled back, forked or rewritten."""


class WitnessUnreachable(EvidenceRefused):
    """The witness did not answer; the checkpoint waits for the next seal."""


class NoTimestamp(EvidenceRefused):
    """No timestamp could be had, or one does not hold."""
