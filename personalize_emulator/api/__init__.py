"""The wire: botocore's service models in, modelled shapes and errors out."""
