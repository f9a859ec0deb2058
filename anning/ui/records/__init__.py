"""Record pages (台账): declared once per register; list, form, import, export, history, print, Word, map and API follow."""
