"""Where MiniStack's inner calls pass: each module replaces private names and says which.

What travels over HTTP passes `front`. What MiniStack does within itself, and what AWS's services do
in a role's name, is reported here: a state machine's tasks, a rule's targets, a function's log and
traces, the objects that Personalize reads and writes.
"""
