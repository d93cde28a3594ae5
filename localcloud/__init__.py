"""A laptop's AWS: starts it, deploys the synthesized template, drops data, watches, tears down.

The template, the state machine and the Lambda handlers are the ones that `cdk deploy` would put
into an account; nothing here has a copy of any of them. `server` hosts MiniStack with the few
extensions this project needs and the emulated Personalize, all on one port of the loopback
interface. Everything else is a client of that port and would speak to AWS in the same words.
"""
