"""Rules of the gates as data (`stg.yaml`, `core.yaml`, `mart.yaml`) and their strict reader."""
