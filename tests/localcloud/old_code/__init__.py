"""Scripts as people wrote them for the service in its first years.

Top to bottom, waiting in loops, each leaving its ARNs for the next. Nothing in them knows of an
emulator; tests run them as they are.
"""
