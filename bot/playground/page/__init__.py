"""What a person sees, as plain HTML that fits a phone. All of it escaped, nothing fetched, links inert."""
