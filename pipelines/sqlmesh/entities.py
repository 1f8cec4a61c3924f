"""Core entities and the columns every mapping of a source onto them gives.

models/stg/<system>/as_<entity>[__<part>].sql, found by name -> entity_variables() -> variables `as_<entity>`:
each the UNION ALL of the mappings, which models/core/<entity>.sql reads with `FROM @entity(@as_<entity>)`.
A new source is a set of new files; nothing here and no core model is edited for it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

# A mapping reads the good rows of a contract (stg) or every state that was ever delivered (typed).
TABLE_READ = r"(?:stg|typed)\.(\w+)(?:\s+AS\s+(\w+))?"
# The address of the source row, last in every mapping.
PROVENANCE = "source_system TEXT, _file_sha256 TEXT, _row BIGINT"

_QTY = "DECIMAL(18,3)"
_FINE = "DECIMAL(18,6)"

_PARTY = "uscc TEXT, tax_id TEXT, country_code TEXT, city_name TEXT, address_name TEXT, phone_no TEXT"
_SUPPLIER = f"supplier_code TEXT, site_code TEXT, supplier_name TEXT, {_PARTY}, is_blocked BOOLEAN"
_CUSTOMER = f"customer_code TEXT, site_code TEXT, customer_name TEXT, {_PARTY}"
# What a delivered state of a record says beside its values: the day it is of, and whether it is the last.
_VERSION = "extracted_on TEXT, is_current BOOLEAN"

ENTITIES: Mapping[str, str] = {
    "product": "product_id TEXT, site_code TEXT, product_code TEXT, product_name_zh TEXT, product_name_en"
    " TEXT, product_type_code TEXT, base_uom_code TEXT, spec_name TEXT, is_batch_managed BOOLEAN,"
    " is_serial_managed BOOLEAN, shelf_life_days BIGINT, created_date DATE",
    "product_gtin": "product_id TEXT, site_code TEXT, di TEXT, level_code TEXT",
    "unit_conversion": f"product_id TEXT, uom_code TEXT, numerator_qty {_FINE}, denominator_qty {_FINE}",
    "udi_di": "di TEXT, issuing_agency_code TEXT, level_code TEXT, product_id TEXT, product_code TEXT,"
    " site_code TEXT, product_name TEXT, registration_no TEXT, risk_class_code TEXT, valid_from_date DATE,"
    " status_code TEXT",
    "udi_package": "parent_di TEXT, child_di TEXT, child_qty BIGINT",
    "udi_record": "record_id TEXT, register_code TEXT, record_key TEXT, version_no BIGINT,"
    " primary_di TEXT, unit_of_use_qty BIGINT, unit_of_use_di TEXT, issuing_agency_code TEXT,"
    " has_direct_mark BOOLEAN, is_direct_mark_di_primary BOOLEAN, direct_mark_di TEXT,"
    " published_date DATE, carrier_name TEXT, is_di_as_registered BOOLEAN, registered_di TEXT,"
    " product_name TEXT, trade_name TEXT, spec_name TEXT, is_kit BOOLEAN, description_name TEXT,"
    " catalogue_no TEXT, device_type_code TEXT, classification_code TEXT, old_classification_code TEXT,"
    " registrant_name TEXT, registrant_name_en TEXT, uscc TEXT, registration_no TEXT,"
    " consumable_or_equipment_code TEXT, is_single_use BOOLEAN, reuse_max_qty BIGINT, is_sterile BOOLEAN,"
    " is_sterilised_before_use BOOLEAN, sterilisation_method_name TEXT, mri_safety_name TEXT,"
    " nhsa_code TEXT, is_batch_managed BOOLEAN, is_serial_managed BOOLEAN,"
    " has_manufacturing_date BOOLEAN, has_expiry_date BOOLEAN, special_storage_name TEXT,"
    " special_size_name TEXT, information_url TEXT, withdrawn_date DATE",
    "udi_record_package": "record_id TEXT, register_code TEXT, package_di TEXT, level_name TEXT, contains_di"
    " TEXT, contains_qty BIGINT",
    "udi_record_storage": "record_id TEXT, register_code TEXT, condition_name TEXT,"
    f" range_min {_QTY}, range_max {_QTY}, range_unit_name TEXT",
    "udi_record_size": "record_id TEXT, register_code TEXT, size_type_name TEXT, size_value TEXT,"
    " size_unit_name TEXT",
    "us_device": "record_id TEXT, register_code TEXT, primary_di TEXT, record_key TEXT,"
    " version_status_name TEXT, version_no BIGINT, version_date DATE, labeler_duns_no TEXT,"
    " record_status_name TEXT, published_date DATE, distribution_end_date DATE, status_code TEXT,"
    " brand_name TEXT, model_name TEXT, catalogue_no TEXT, company_name TEXT, device_qty BIGINT,"
    " device_description TEXT, is_direct_mark_exempt BOOLEAN, is_premarket_exempt BOOLEAN,"
    " is_human_tissue BOOLEAN, is_kit BOOLEAN, is_combination_product BOOLEAN, is_single_use BOOLEAN,"
    " is_batch_managed BOOLEAN, is_serial_managed BOOLEAN, has_manufacturing_date BOOLEAN,"
    " has_expiry_date BOOLEAN, has_donation_no BOOLEAN, is_latex_labelled BOOLEAN, is_latex_free_labelled"
    " BOOLEAN, mri_safety_name TEXT, is_prescription BOOLEAN, is_over_counter BOOLEAN, is_sterile"
    " BOOLEAN, is_sterilised_before_use BOOLEAN",
    "us_device_identifier": "record_id TEXT, register_code TEXT, di TEXT, level_code TEXT,"
    " issuing_agency_code TEXT, contains_di TEXT, contains_qty BIGINT, discontinued_date DATE,"
    " status_code TEXT, package_type_name TEXT",
    "us_device_attribute": "record_id TEXT, register_code TEXT, kind_code TEXT, code TEXT, name TEXT,"
    " text TEXT, value TEXT, unit_name TEXT, low_value TEXT, low_unit_name TEXT, is_implantable BOOLEAN,"
    " status_name TEXT",
    "eu_device": "record_id TEXT, primary_di TEXT, basic_udi_di TEXT, basic_udi_agency_code TEXT,"
    " regulation_code TEXT, manufacturer_srn TEXT, representative_srn TEXT, risk_class_code TEXT,"
    " model_name TEXT, device_name TEXT, is_active BOOLEAN, is_administering_medicine BOOLEAN,"
    " is_implantable BOOLEAN, is_measuring BOOLEAN, is_reusable_instrument BOOLEAN, has_animal_tissue"
    " BOOLEAN, has_human_tissue BOOLEAN, has_human_product BOOLEAN, has_medicinal_product BOOLEAN,"
    " is_implant_exception BOOLEAN, is_companion_diagnostic BOOLEAN, is_instrument BOOLEAN, is_ivd_kit"
    " BOOLEAN, has_microbial_substance BOOLEAN, is_near_patient_test BOOLEAN, is_professional_test"
    " BOOLEAN, is_reagent BOOLEAN, is_self_test BOOLEAN, is_new_ivd BOOLEAN, emdn_codes TEXT, trade_name"
    " TEXT, status_code TEXT, has_latex BOOLEAN, is_reprocessed BOOLEAN, notified_body_code TEXT,"
    " certificate_type_code TEXT, certificate_no TEXT, certificate_expiry_date DATE, first_market_code"
    " TEXT, market_codes TEXT, market_start_date DATE, website_url TEXT",
    "supplier": _SUPPLIER,
    "supplier_version": f"{_SUPPLIER}, {_VERSION}",
    "customer": _CUSTOMER,
    "customer_version": f"{_CUSTOMER}, {_VERSION}",
    "equipment": "equipment_id TEXT, site_code TEXT, equipment_name_zh TEXT, equipment_name_en TEXT,"
    " equipment_type_code TEXT, calibrated_date DATE, calibration_due_date DATE",
    "calibration": "equipment_id TEXT, site_code TEXT, calibrated_date DATE, calibration_due_date DATE,"
    " calibration_result_code TEXT, certificate_no TEXT",
    "lot": "site_code TEXT, product_code TEXT, product_id TEXT, lot_no TEXT, manufactured_date DATE,"
    " expiry_date DATE, supplier_code TEXT, supplier_lot_no TEXT, created_date DATE",
    "serial": "serial_no TEXT, product_id TEXT, product_code TEXT, site_code TEXT, lot_no TEXT, order_no"
    " TEXT, delivery_no TEXT, di TEXT",
    "order": "order_no TEXT, site_code TEXT, product_code TEXT, product_id TEXT, lot_no TEXT,"
    f" order_type_code TEXT, planned_qty {_QTY}, uom_code TEXT, started_date DATE, finished_date DATE,"
    " status_code TEXT",
    "bom": f"parent_product_id TEXT, component_product_id TEXT, component_qty {_FINE}, uom_code TEXT,"
    " valid_from_date DATE",
    "purchase_order_line": "purchase_order_no TEXT, po_line_no TEXT, site_code TEXT, supplier_code TEXT,"
    f" product_id TEXT, ordered_qty {_QTY}, uom_code TEXT, net_price DECIMAL(18,4), currency_code TEXT,"
    " ordered_date DATE, due_date DATE, is_subcontracted BOOLEAN",
    "movement": "movement_id TEXT, site_code TEXT, document_no TEXT, line_no TEXT, posting_date DATE,"
    " entered_at TIMESTAMPTZ, movement_type_code TEXT, movement_class_code TEXT, is_reversal BOOLEAN,"
    f" product_id TEXT, product_code TEXT, lot_no TEXT, qty {_QTY}, uom_code TEXT, base_qty {_QTY},"
    " order_no TEXT, purchase_order_no TEXT, po_line_no TEXT, supplier_code TEXT, customer_code TEXT,"
    " delivery_no TEXT, to_product_code TEXT, to_lot_no TEXT, reversal_of_movement_id TEXT,"
    " storage_location_code TEXT, is_backflush BOOLEAN",
    "stock": f"site_code TEXT, product_code TEXT, lot_no TEXT, storage_location_code TEXT, stock_qty {_QTY},"
    f" quality_qty {_QTY}, blocked_qty {_QTY}, snapshot_date DATE",
    "exchange_rate": f"currency_code TEXT, valid_from_date DATE, rate_cny {_FINE}",
    "inspection": "inspection_no TEXT, site_code TEXT, inspection_kind_code TEXT, product_code TEXT,"
    " product_id TEXT, lot_no TEXT, supplier_code TEXT, purchase_order_no TEXT, order_no TEXT,"
    f" lot_qty {_QTY}, sample_qty {_QTY}, defect_qty {_QTY}, accepted_qty {_QTY}, rejected_qty {_QTY},"
    " decision_code TEXT, decided_at TIMESTAMPTZ, decided_by TEXT, created_date DATE",
    "inspection_result": "inspection_no TEXT, site_code TEXT, characteristic_name TEXT, value_text TEXT,"
    f" value {_FINE}, unit_code TEXT, lower_limit {_FINE}, upper_limit {_FINE}, result_code TEXT,"
    " equipment_id TEXT, measured_at TIMESTAMPTZ",
    "shipment": "delivery_no TEXT, delivery_line_no TEXT, site_code TEXT, shipped_date DATE, customer_code"
    f" TEXT, product_code TEXT, product_id TEXT, lot_no TEXT, qty {_QTY}, uom_code TEXT, base_qty {_QTY}",
    "handling_unit": "handling_unit_no TEXT, site_code TEXT, sscc TEXT, delivery_no TEXT, packed_date DATE",
    "packing": "handling_unit_no TEXT, item_no TEXT, site_code TEXT, child_handling_unit_no TEXT, delivery_no"
    f" TEXT, product_code TEXT, lot_no TEXT, qty {_QTY}",
    "event_thing": "event_key TEXT, declared_at TIMESTAMPTZ, position_no BIGINT, event_type_code TEXT,"
    " action_code TEXT, transformation_uri TEXT, told_date DATE, role_code TEXT, thing_uri TEXT, gtin TEXT,"
    " item_code TEXT, lot_no TEXT, serial_no TEXT, sscc TEXT, movement_code TEXT, despatch_advice_uri TEXT,"
    f" receiver_uri TEXT, qty {_QTY}, uom_code TEXT",
    "ncr": f"ncr_no TEXT, site_code TEXT, opened_at TIMESTAMPTZ, lot_no TEXT, product_code TEXT, qty {_QTY},"
    " severity_code TEXT, disposition_code TEXT, closed_at TIMESTAMPTZ",
    "deviation": "deviation_no TEXT, site_code TEXT, opened_at TIMESTAMPTZ, severity_code TEXT, order_no"
    " TEXT, closed_at TIMESTAMPTZ",
    "capa": "capa_no TEXT, site_code TEXT, opened_date DATE, original_due_date DATE, due_date DATE,"
    " closed_date DATE, root_cause_name TEXT, effectiveness_due_date DATE, effectiveness_code TEXT",
    "complaint": "complaint_no TEXT, site_code TEXT, received_date DATE, product_code TEXT, product_id TEXT,"
    " udi_text TEXT, lot_no TEXT, is_reportable BOOLEAN, closed_date DATE",
    "change": "change_no TEXT, site_code TEXT, opened_date DATE, subject_name TEXT, approved_date DATE,"
    " effective_date DATE",
    "operation_event": "event_id TEXT, site_code TEXT, order_no TEXT, operation_code TEXT, operation_name"
    " TEXT, equipment_id TEXT, operator_id TEXT, product_code TEXT, lot_no TEXT, started_at TIMESTAMPTZ,"
    f" ended_at TIMESTAMPTZ, input_qty {_QTY}, good_qty {_QTY}, scrap_qty {_QTY}, rework_qty {_QTY},"
    f" pass_no BIGINT, planned_unit_time_s {_QTY}",
    "material_use": "event_id TEXT, site_code TEXT, order_no TEXT, operation_code TEXT, product_code TEXT,"
    f" lot_no TEXT, to_product_code TEXT, to_lot_no TEXT, qty {_QTY}, uom_code TEXT, used_at TIMESTAMPTZ,"
    " is_backflush BOOLEAN",
    "machine_state": "equipment_id TEXT, site_code TEXT, state_code TEXT, started_at TIMESTAMPTZ,"
    " ended_at TIMESTAMPTZ",
    "shift": "equipment_id TEXT, site_code TEXT, shift_code TEXT, shift_date DATE, started_at TIMESTAMPTZ,"
    f" ended_at TIMESTAMPTZ, planned_busy_min {_QTY}",
    "sterilisation": "sterilisation_lot_no TEXT, site_code TEXT, equipment_id TEXT, product_code TEXT,"
    f" lot_no TEXT, qty {_QTY}, started_at TIMESTAMPTZ, ended_at TIMESTAMPTZ",
}


@dataclass(frozen=True)
class EntitySource:
    """A mapping model of an entity and the contract whose rows it names by file and row."""

    model: str
    table: str


def entity_columns(entity: str) -> dict[str, str]:
    """Column names and SQL types every mapping of an entity gives, provenance included, in order."""
    parts = f"{ENTITIES[entity]}, {PROVENANCE}".split(", ")
    return dict(part.split(" ", 1) for part in parts)


def entity_sources(root: Path) -> dict[str, tuple[EntitySource, ...]]:
    """For each entity its mapping models found under models/stg, sorted."""
    found: dict[str, list[EntitySource]] = {entity: [] for entity in ENTITIES}
    for path in sorted((root / "models" / "stg").glob("*/as_*.sql")):
        entity = path.stem.removeprefix("as_").partition("__")[0]
        if entity not in found:
            raise ValueError(f"{path}: no core entity is called {entity!r}; known are {sorted(ENTITIES)}")
        found[entity].append(EntitySource(f"stg.{path.parent.name}__{path.stem}", _addressed_table(path)))
    return {entity: tuple(sources) for entity, sources in found.items()}


def entity_variables(root: Path) -> dict[str, str]:
    """SQLMesh variables `as_<entity>`: one query each over all mappings of the entity."""
    return {f"as_{entity}": _union(entity, sources) for entity, sources in entity_sources(root).items()}


def _addressed_table(path: Path) -> str:
    """The table whose row address a mapping passes on: the one so qualified, else the first read."""
    sql = path.read_text(encoding="utf-8")
    tables = {alias or name: name for name, alias in re.findall(TABLE_READ, sql)}
    tables = {alias: name for alias, name in tables.items() if "__as_" not in name}
    addressed = [tables[alias] for alias in re.findall(r"(\w+)\._file_sha256", sql) if alias in tables]
    if not addressed and not tables:
        raise ValueError(f"{path}: reads no stg table and no typed one")
    return str((addressed or list(tables.values()))[0])


def _union(entity: str, sources: tuple[EntitySource, ...]) -> str:
    columns = entity_columns(entity)
    if not sources:
        nulls = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in columns.items())
        return f"SELECT {nulls}, CAST(NULL AS TEXT) AS _source_table WHERE FALSE"
    names = ", ".join(columns)
    selects = (f"SELECT {names}, '{source.table}' AS _source_table FROM {source.model}" for source in sources)
    return " UNION ALL ".join(selects)
