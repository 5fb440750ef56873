"""Looking after a database: export, upgrade, forgetting."""
