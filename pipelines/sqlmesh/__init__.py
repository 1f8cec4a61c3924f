"""Thin glue around SQLMesh: project, typed staging, build, catalogue."""
