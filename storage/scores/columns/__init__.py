"""What is known of a lead, as columns and bins, and how finished leads ended."""
