"""The one way to change a record, with every change noted."""
