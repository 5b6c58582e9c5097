"""Checks credentials as somebody would who has nothing of ours: with PyJWT and cryptography.

Reads one JSON object from standard input: the key set, the issuer, the namespace that is asked
about, the time in seconds, the list of what was taken back, and tokens by their names. Writes for
each name "genuine" or why it is refused.
"""

import base64
import gzip
import json
import sys

import jwt

asked = json.load(sys.stdin)
keys = {key["kid"]: jwt.PyJWK(key) for key in asked["keys"]["keys"]}


def opened(token):
    """The payload of a token that one of the keys signed; dates are looked at by the time given."""
    name = jwt.get_unverified_header(token).get("kid")
    if name not in keys:
        raise jwt.InvalidTokenError("unknown key")
    payload = jwt.decode(
        token,
        keys[name].key,
        algorithms=["RS256"],
        issuer=asked["issuer"],
        options={
            "require": ["exp", "nbf", "iss", "jti", "sub"],
            "verify_exp": False,
            "verify_nbf": False,
            "verify_iat": False,
        },
    )
    if payload["exp"] <= asked["now"]:
        raise jwt.ExpiredSignatureError("expired")
    if payload["nbf"] > asked["now"] + 300:
        raise jwt.ImmatureSignatureError("not yet")
    return payload


def is_revoked(status):
    """Whether the bit of a credential is set in the list."""
    listed = opened(asked["list"])
    if listed["jti"] != status["statusListCredential"]:
        raise jwt.InvalidTokenError("another list")
    encoded = listed["credentialSubject"]["encodedList"]
    assert encoded[0] == "u", "multibase base64url"
    packed = encoded[1:] + "=" * (-len(encoded[1:]) % 4)
    bits = gzip.decompress(base64.urlsafe_b64decode(packed))
    index = int(status["statusListIndex"])
    return bool(bits[index // 8] & (0x80 >> index % 8))


def verdict(token):
    try:
        payload = opened(token)
        if payload["sub"] != asked["issuer"] + "n/" + asked["namespace"]:
            raise jwt.InvalidTokenError("another namespace")
        if is_revoked(payload["credentialStatus"]):
            raise jwt.InvalidTokenError("revoked")
    except jwt.InvalidTokenError as error:
        return f"{type(error).__name__}: {error}"
    return "genuine"


json.dump({name: verdict(token) for name, token in asked["tokens"].items()}, sys.stdout)
