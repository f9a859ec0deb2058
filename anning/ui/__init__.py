"""Screens (界面): base templates, record pages, and the registries by which higher rooms show their news."""
