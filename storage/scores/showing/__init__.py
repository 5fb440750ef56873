"""Scores as people see them: bands, reasons, reliance, the report."""
