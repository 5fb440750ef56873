"""The morning digest: what is in it, how it is built, when it comes."""
