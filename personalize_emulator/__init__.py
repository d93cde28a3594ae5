"""Amazon Personalize emulated: real models, real data, the service's own wire.

Start at :class:`personalize_emulator.service.PersonalizeService` to embed it, or at
``python -m personalize_emulator`` to run it on its own.
"""
