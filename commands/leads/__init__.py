"""Leads: listing, adding, changing, qualifying and giving them away."""
