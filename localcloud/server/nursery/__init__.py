"""Handlers' processes, forked from one that has imported what they all import.

A pipeline run starts some forty handler processes; each would spend most of half a second of CPU
on importing boto3, pydantic and Powertools anew. On Linux they are forked from a process that has
done so once. What a handler sees is what a new process would show it: its own environment, working
folder, standard streams and path. Elsewhere forking a process that has imported libraries is not
safe (macOS), so there every handler starts from nothing, as MiniStack has it.
"""
