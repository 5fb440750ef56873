"""Import of CSV and JSON files."""

from storage.imports.import_run import ColumnExplanation, ImportDefaults, ImportResult, run_import
from storage.imports.understanding.fields import FIELDS, KINDS
from storage.imports.values.import_errors import ImportTrouble

__all__ = ["FIELDS", "KINDS", "ColumnExplanation", "ImportDefaults", "ImportResult", "ImportTrouble", "run_import"]
