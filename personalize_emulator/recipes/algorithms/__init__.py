"""The mathematics behind the recipes: arrays in, arrays out, no files and no service words."""
