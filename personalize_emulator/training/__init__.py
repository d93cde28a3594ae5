"""From datasets to a model: what goes in, the process that trains, what comes out."""
