"""What befalls an installation while people write to it: killed, locked, restored, set back."""
