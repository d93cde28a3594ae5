"""Import: dataset group, schemas, datasets, and what a drop brings into them."""
