"""The call list (叫应): a person telephones, the platform says whom next and keeps the time."""
