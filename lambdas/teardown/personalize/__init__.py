"""Everything of the pipeline in Amazon Personalize."""
