"""The morning digest: what is in it, how it is made, when it comes."""
