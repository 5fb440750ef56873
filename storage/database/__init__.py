"""The database: reading and writing transactions, its errors, SQL that differs between the two."""
