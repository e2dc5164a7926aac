"""What all pages share: the shell, templates, forms, status words. An area's `pages.py` holds its own pages."""
