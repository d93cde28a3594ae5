"""Filter expressions: a grammar, a syntax tree, checks against schemas, and masks."""
