"""Backup and restore: database, files and keys of one installation in one archive."""

from anning.ops.backup.making import backups, make_backup, rotate
from anning.ops.backup.restoring import restore

__all__ = ["backups", "make_backup", "restore", "rotate"]
