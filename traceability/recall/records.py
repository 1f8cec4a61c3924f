"""What a recall's scope is made of. Quantities are Decimal, in the base unit of their lot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Literal

from traceability.ignorance import Bound

NarrowingKind = Literal["date", "equipment", "operator", "sterilisation"]
Evidence = Literal["both", "document", "goods_issue"]
ExclusionCode = Literal["outside", "not_processed"]


@dataclass(frozen=True)
class ScopeLot:
    """One lot of the scope; ``is_root`` tells those a person named, ``depth`` the steps from them."""

    lot_id: str
    site_code: str
    product_id: str | None
    product_code: str
    lot_no: str
    product_name_zh: str | None
    product_name_en: str | None
    spec_name: str | None
    product_type_code: str | None
    lot_kind_code: str
    uom_code: str | None
    di: str | None
    issuing_agency_code: str | None
    registration_no: str | None
    risk_class_code: str | None
    manufactured_date: date | None
    expiry_date: date | None
    depth: int
    is_root: bool


@dataclass(frozen=True)
class LotBalance:
    """Where a lot's quantity is.

    made + received + counted = consumed + shipped - returned + scrapped + sampled + sent back + stock
    + unknown.
    Goods that customers returned are in stock or scrapped again, so that they are no place of their own.
    ``unknown_qty`` below zero means that more is accounted for than there ever was.
    """

    lot_id: str
    made_qty: Decimal
    received_qty: Decimal
    counted_qty: Decimal
    consumed_qty: Decimal
    shipped_qty: Decimal
    returned_qty: Decimal
    scrapped_qty: Decimal
    sampled_qty: Decimal
    sent_back_qty: Decimal
    stock_qty: Decimal
    unknown_qty: Decimal
    unconverted_count: int


@dataclass(frozen=True)
class StockPlace:
    """Stock of a lot at one storage location on the day of the plant's newest snapshot."""

    lot_id: str
    site_code: str
    storage_location_code: str | None
    stock_qty: Decimal
    quality_qty: Decimal
    blocked_qty: Decimal
    snapshot_date: date | None


@dataclass(frozen=True)
class Delivery:
    """Goods of one lot that left with one delivery.

    ``qty`` is the greater of what the delivery document and what the goods issue say, None when neither has a
    base quantity; ``held_qty`` is that less what came back, so that a doubt never makes a recall smaller.
    """

    lot_id: str
    consignee_id: str
    site_code: str
    customer_code: str | None
    delivery_no: str | None
    shipped_date: date | None
    document_qty: Decimal | None
    issued_qty: Decimal | None
    returned_qty: Decimal
    qty: Decimal | None
    held_qty: Decimal | None
    serial_count: int
    evidence_code: Evidence


@dataclass(frozen=True)
class Return:
    """Goods of one lot that one customer sent back, by posting."""

    lot_id: str
    consignee_id: str
    document_no: str | None
    delivery_no: str | None
    posting_date: date
    qty: Decimal | None


@dataclass(frozen=True)
class Onward:
    """Goods of one lot on their way, as partners tell it: by us to a consignee, or on from there.

    Attributes:
        thing_id: Node that moved: the lot, a device, or a package that held some of it.
        qty: Base unit of the lot, at least; None when none is stated. Of a despatch advice that names several
            receivers, each has the whole.
        device_count: Registered devices among them.
        despatch_advice: Address of the document they went under; None when none is named.
        holder: Address of who got them; None when nobody is named.
        sent_date: Last day that the sender told; None when only the receiver spoke.
        received_date: Last day that the receiver told; None while nobody confirms that they arrived.
    """

    lot_id: str
    thing_id: str
    thing_kind_code: str
    qty: Decimal | None
    uom_code: str | None
    device_count: int
    despatch_advice: str | None
    holder: str | None
    sent_date: date | None
    received_date: date | None


@dataclass(frozen=True)
class Consignee:
    """Who got goods: a golden customer, one known by number only, or nobody that a document names."""

    consignee_id: str
    customer_name: str | None
    uscc: str | None
    country_code: str | None
    city_name: str | None
    customer_codes: tuple[str, ...]

    @property
    def is_known(self) -> bool:
        """Whether a notice can be addressed to somebody."""
        return bool(self.customer_codes)


@dataclass(frozen=True)
class Unit:
    """One serialised device; without a delivery it is in stock, a sample, scrap, or nobody knows where."""

    lot_id: str
    serial_no: str
    di: str | None
    delivery_no: str | None


@dataclass(frozen=True)
class Excluded:
    """A lot that narrowing took out of the scope, and why."""

    lot_id: str
    narrowing: NarrowingKind
    reason_code: ExclusionCode


@dataclass(frozen=True)
class Ignorance:
    """One thing that is not known about the scope, what it may hide and what to do about it."""

    code: str
    lot_id: str | None
    order_id: str | None
    message_zh: str
    message_en: str
    count: int = 1
    qty: Decimal | None = None


@dataclass(frozen=True)
class Scope:
    """Everything a recall is about, with the knowledge of one moment. All tuples are sorted.

    ``bound`` is over all that became of the named lots, also where the scope was narrowed.
    """

    lots: tuple[ScopeLot, ...]
    balances: tuple[LotBalance, ...]
    stock: tuple[StockPlace, ...]
    deliveries: tuple[Delivery, ...]
    returns: tuple[Return, ...]
    onward: tuple[Onward, ...]
    consignees: tuple[Consignee, ...]
    units: tuple[Unit, ...]
    excluded: tuple[Excluded, ...]
    gaps: tuple[Ignorance, ...]
    bound: Bound | None
    known_by: datetime | None

    @cached_property
    def lots_by_id(self) -> dict[str, ScopeLot]:
        """Lots by their id."""
        return {lot.lot_id: lot for lot in self.lots}

    @cached_property
    def untold_lots(self) -> tuple[str, ...]:
        """Lots that left us and of which no partner told anything."""
        told = {row.lot_id for row in self.onward}
        return tuple(sorted({row.lot_id for row in self.deliveries} - told))

    @cached_property
    def consignees_by_id(self) -> dict[str, Consignee]:
        """Consignees by their id."""
        return {consignee.consignee_id: consignee for consignee in self.consignees}
