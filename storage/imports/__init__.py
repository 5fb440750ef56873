"""Import of CSV and JSON files (DESIGN.md section 7)."""

from storage.imports.run import Defaults, Explained, ImportResult, run_import
from storage.imports.trouble import ImportTrouble
from storage.imports.understanding.fields import FIELDS, KINDS

__all__ = ["FIELDS", "KINDS", "Defaults", "Explained", "ImportResult", "ImportTrouble", "run_import"]
