"""Tokens at rest: encrypted with Fernet under the key of the settings."""

from __future__ import annotations

import base64
import binascii
import hashlib

from cryptography.fernet import Fernet, InvalidToken

SHORTEST = 32
"""Characters of a key that is no Fernet key."""

MAKE_ONE = 'python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
UNUSABLE = f"ENCRYPTION_KEY must be at least {SHORTEST} characters of secret text. Make one with: {MAKE_ONE}"


class KeyTrouble(Exception):
    """Says, without any secret, what to do about a key that is unusable or does not open what is stored."""


class TokenCipher:
    """Encrypts tokens with one key.

    A Fernet key is taken as it is, any other text of at least 32 characters is stretched to one.
    """

    def __init__(self, key: str) -> None:
        key = key.strip()
        if len(key) < SHORTEST:
            raise KeyTrouble(UNUSABLE)
        self._fernet = Fernet(key if _is_fernet_key(key) else _stretch_key(key))

    def encrypt(self, token: str) -> str:
        """Return the ciphertext of a token."""
        return self._fernet.encrypt(token.encode()).decode()

    def decrypt(self, ciphertext: str) -> str:
        """Return the token of a ciphertext. KeyTrouble where it was encrypted with another key."""
        try:
            return self._fernet.decrypt(ciphertext.encode()).decode()
        except InvalidToken:
            raise KeyTrouble("ENCRYPTION_KEY is not the key that the tokens were stored with.") from None


def _is_fernet_key(key: str) -> bool:
    try:
        return len(key) == 44 and len(base64.urlsafe_b64decode(key)) == 32
    except (binascii.Error, ValueError):
        return False


def _stretch_key(text: str) -> bytes:
    # The salt tells these keys from others made of the same text; what is secret is the text.
    return base64.urlsafe_b64encode(
        hashlib.scrypt(text.encode(), salt=b"leadlight tokens", n=2**14, r=8, p=1, dklen=32)
    )
