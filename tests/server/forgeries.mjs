// Credentials that are none: made of a genuine one, each in the way that somebody would try. The
// page in the browser and an independent library have to refuse every one of them.

import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';

const coded = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
const plain = (part) => JSON.parse(Buffer.from(part, 'base64url').toString());

/** The three parts of a token: header and payload as values, and the signature as it is written. */
export function parts(token) {
  const [header, payload, signature] = token.split('.');
  return { header: plain(header), payload: plain(payload), signature };
}

/** A token of these, signed with a key of one’s own. */
function signed(header, payload, key) {
  const text = `${coded(header)}.${coded(payload)}`;
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`;
}

/**
 * Every forgery, by what it is.
 * @param {string} genuine a credential that holds
 * @param {{ keys: object[] }} set the published keys
 */
export function forgeries(genuine, set) {
  const { header, payload, signature } = parts(genuine);
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const own = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const jwk = publicKey.export({ format: 'jwk' });
  const issued = set.keys.find((key) => key.kid === header.kid);
  const pem = createPublicKey({ key: issued, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  const rewritten = (change) => `${coded(header)}.${coded({ ...payload, ...change })}.${signature}`;
  const hmac = (secret) => {
    const text = `${coded({ ...header, alg: 'HS256' })}.${coded(payload)}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
  return {
    'a later end': rewritten({ exp: payload.exp + 31_536_000 }),
    'another namespace written in': rewritten({ sub: payload.sub.replace(/[^/]+$/, 'somebody') }),
    'another place in the list': rewritten({ credentialStatus: { ...payload.credentialStatus, statusListIndex: '9' } }),
    'no algorithm': `${coded({ alg: 'none', typ: 'JWT', kid: header.kid })}.${coded(payload)}.`,
    'no algorithm with a signature': `${coded({ alg: 'none', kid: header.kid })}.${coded(payload)}.${signature}`,
    'a secret that is the public key': hmac(pem),
    'a secret that is empty': hmac(''),
    'a key of one’s own under our name': signed(header, payload, own),
    'a key of one’s own in the header': signed({ ...header, jwk }, payload, own),
    'a key of one’s own elsewhere': signed({ ...header, kid: 'https://elsewhere.example/keys/k', jku: 'https://elsewhere.example/jwks.json' }, payload, own),
    'no key named': signed({ alg: 'RS256' }, payload, own),
    'an issuer elsewhere': signed(header, { ...payload, iss: 'https://elsewhere.example/', issuer: { id: 'https://elsewhere.example/' } }, own),
    'a signature cut off': genuine.slice(0, -20),
    'a signature of nothing': `${coded(header)}.${coded(payload)}.`,
    'two of three parts': genuine.slice(0, genuine.lastIndexOf('.')),
    'the list instead of a credential': undefined,
  };
}
