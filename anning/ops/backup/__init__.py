"""Backup and restore: database, files and keys of one installation in one archive."""

from anning.ops.backup.making import Kept, backups, kept, make_backup, rotate
from anning.ops.backup.restoring import restore

__all__ = ["Kept", "backups", "kept", "make_backup", "restore", "rotate"]
