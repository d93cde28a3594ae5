"""Drops data into the deployed pipeline, watches its execution, asks its campaigns.

Everything is read from services (S3, Step Functions, Personalize), as it would be on AWS.
"""
