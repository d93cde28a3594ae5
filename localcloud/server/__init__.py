"""The server side: MiniStack, its extensions and the emulated Personalize in one process."""
