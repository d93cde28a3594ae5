"""The workshop in the account: a SageMaker notebook instance with the notebooks in place.

`instance` is the machine, `lifecycle` what it does at every start, `grants` what its role may do.
"""
