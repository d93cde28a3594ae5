"""Who may do what: the calls that each role makes, judged by the policies of the template.

The flow, one module a step: a request is read by botocore's models (`wire`), turned into the IAM
actions, resources and condition context that AWS would check (`derivation`, by the dated tables in
`reference/`), judged (`evaluation`) against the policies in the deployed template (`deployed`),
and remembered (`recorder`) for the report (`report`). None of these modules knows MiniStack;
`front` and `integrations` put them between it and its callers.
"""
