"""What is kept: tables, queries, migrations, scores, import and export."""
