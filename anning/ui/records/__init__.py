"""Record pages (台账): declared once per register; lists, forms, import, export, history, papers and API follow."""
