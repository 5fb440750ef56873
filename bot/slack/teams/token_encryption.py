"""Encrypts the tokens that are stored, with Fernet and the key of the settings."""

from __future__ import annotations

import base64
import binascii
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

# Characters. scrypt makes guessing slow, but a shorter text could still be guessed.
SHORTEST = 32
MAKE_ONE = 'python3 -c "import secrets; print(secrets.token_urlsafe(32))"'


class KeyTrouble(Exception):
    """Says what to do about a key that is too short or does not decrypt what is stored. Holds no secret."""


class TokenCipher:
    """Encrypts tokens with one key, and decrypts also those that were stored with the key before it.

    A Fernet key is used as it is. Any other text of at least 32 characters is turned into one by scrypt.
    """

    def __init__(self, key: str, old_key: str | None = None) -> None:
        self._newest = _make_fernet("ENCRYPTION_KEY", key)
        older = [_make_fernet("ENCRYPTION_KEY_OLD", old_key)] if old_key is not None else []
        self._fernet = MultiFernet([self._newest, *older])
        self.has_old_key = bool(older)

    def encrypt(self, token: str) -> str:
        """Return the ciphertext of a token."""
        return self._fernet.encrypt(token.encode()).decode()

    def decrypt(self, ciphertext: str) -> str:
        """Return the token of a ciphertext. KeyTrouble where it was encrypted with another key."""
        try:
            return self._fernet.decrypt(ciphertext.encode()).decode()
        except InvalidToken:
            raise KeyTrouble("ENCRYPTION_KEY is not the key that the tokens were stored with.") from None

    def is_current(self, ciphertext: str) -> bool:
        """Return whether a ciphertext was made with the newest key."""
        try:
            self._newest.decrypt(ciphertext.encode())
        except InvalidToken:
            return False
        return True

    def reencrypt(self, ciphertext: str) -> str | None:
        """Return the same token encrypted with the newest key; None where no key decrypts it."""
        try:
            return self._fernet.rotate(ciphertext.encode()).decode()
        except InvalidToken:
            return None


def _make_fernet(setting: str, key: str) -> Fernet:
    key = key.strip()
    if len(key) < SHORTEST:
        raise KeyTrouble(f"{setting} must be at least {SHORTEST} characters of secret text. Make one with: {MAKE_ONE}")
    return Fernet(key if _is_fernet_key(key) else _stretch_key(key))


def _is_fernet_key(key: str) -> bool:
    try:
        return len(key) == 44 and len(base64.urlsafe_b64decode(key)) == 32
    except (binascii.Error, ValueError):
        return False


def _stretch_key(text: str) -> bytes:
    # The salt need not be secret: it only keeps this key different from others made of the same text.
    return base64.urlsafe_b64encode(
        hashlib.scrypt(text.encode(), salt=b"leadlight tokens", n=2**14, r=8, p=1, dklen=32)
    )
