// Tiny images for registries: made here, byte for byte the same each time, put into a folder in
// the OCI layout and copied by `skopeo`, or given to a registry through its own API.
//
// SKOPEO names the program where it is not `skopeo` on PATH.

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { LeftOut, assert } from './harness.mjs';
import { digestOf } from './registry.mjs';

/** The program. */
export const SKOPEO = process.env.SKOPEO || 'skopeo';

/** Whether it is here. */
export const hasSkopeo = spawnSync(SKOPEO, ['--version']).status === 0;

/** What the kinds of manifest are called. */
export const OCI_IMAGE = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** The name of a file of an OCI layout that says which tag a manifest has. */
const REF_NAME = 'org.opencontainers.image.ref.name';

const bytesOf = (value) => Buffer.from(JSON.stringify(value));

const descriptor = (bytes, mediaType, more = {}) => ({ mediaType, digest: digestOf(bytes), size: bytes.length, ...more });

/** Labels of an image by their short names: `description`, `source`, `url`. */
export const labels = (words) =>
  Object.fromEntries(Object.entries(words).map(([name, text]) => [`org.opencontainers.image.${name}`, text]));

/** A tape archive (POSIX.1-1988) of one file. */
function tar(name, text) {
  const content = Buffer.from(text);
  const header = Buffer.alloc(512);
  const octal = (value, length) => `${value.toString(8).padStart(length - 1, '0')}\0`;
  header.write(name, 0);
  header.write(octal(0o644, 8) + octal(0, 8) + octal(0, 8) + octal(content.length, 12) + octal(0, 12), 100);
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  header.write(`${header.reduce((sum, byte) => sum + byte, 0).toString(8).padStart(6, '0')}\0 `, 148);
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([header, content, padding, Buffer.alloc(1024)]);
}

/** A layer with a text in it: its `bytes` and the digest before it was compressed. */
export function layer(text) {
  const archive = tar('what', text);
  return { bytes: gzipSync(archive), diffId: digestOf(archive) };
}

/**
 * An image: the bytes of its `manifest`, its `type` and its `blobs`.
 * @param {object} words `os`, `architecture`, `variant`, `created`, `labels` (of the
 *   configuration), `annotations` (of the manifest), `layer` (its own, else one of `text`)
 */
export function image(words = {}) {
  const { os = 'linux', architecture = 'amd64', variant, created = '2026-05-04T03:02:01Z', annotations, text = 'kelp' } = words;
  const one = words.layer ?? layer(text);
  const config = bytesOf({
    os,
    architecture,
    variant,
    created,
    config: { Labels: words.labels },
    rootfs: { type: 'layers', diff_ids: [one.diffId] },
    history: [{ created, created_by: 'the tests' }],
  });
  const manifest = bytesOf({
    schemaVersion: 2,
    mediaType: OCI_IMAGE,
    config: descriptor(config, OCI_CONFIG),
    layers: [descriptor(one.bytes, OCI_LAYER)],
    annotations,
  });
  const size = config.length + one.bytes.length;
  return { manifest, type: OCI_IMAGE, blobs: [config, one.bytes], digest: digestOf(manifest), size, platform: { os, architecture, variant } };
}

/** Several images under one name, each for its platform. */
export function index(images, annotations) {
  const manifests = images.map(({ manifest, type, platform }) => descriptor(manifest, type, { platform }));
  const manifest = bytesOf({ schemaVersion: 2, mediaType: OCI_INDEX, manifests, annotations });
  return { manifest, type: OCI_INDEX, blobs: [], children: images, digest: digestOf(manifest) };
}

/** Writes images into a folder in the OCI layout, each under its tag. */
export async function writeLayout(folder, images) {
  const blobs = join(folder, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  const keep = (bytes) => writeFile(join(blobs, digestOf(bytes).slice('sha256:'.length)), bytes);
  const all = Object.values(images).flatMap((one) => [one, ...(one.children ?? [])]);
  await Promise.all(all.flatMap(({ manifest, blobs }) => [manifest, ...blobs]).map(keep));
  const manifests = Object.entries(images).map(([tag, { manifest, type }]) =>
    descriptor(manifest, type, { annotations: { [REF_NAME]: tag } }));
  await writeFile(join(folder, 'index.json'), bytesOf({ schemaVersion: 2, manifests }));
  await writeFile(join(folder, 'oci-layout'), bytesOf({ imageLayoutVersion: '1.0.0' }));
  return folder;
}

/** The words that have `skopeo` copy an image of a layout, with all its platforms, to a registry. */
function copying(layout, tag, origin, name, login) {
  const words = ['copy', '--insecure-policy', '--all', '--quiet', '--dest-tls-verify=false'];
  if (login) words.push('--dest-creds', login);
  return [...words, `oci:${layout}:${tag}`, `docker://${origin.replace(/^\w+:\/\//, '')}/${name}`];
}

/** Copies images to a registry, by the client that people use: `{ 'kelpworks/web:1.0': image }`. */
export async function copy(place, origin, images, login) {
  if (!hasSkopeo) throw new LeftOut(`there is no ${SKOPEO} (Debian: skopeo)`);
  const tags = Object.fromEntries(Object.values(images).map((one, at) => [`image-${at}`, one]));
  const layout = await writeLayout(await place.path('layout'), tags);
  for (const [at, name] of Object.keys(images).entries()) {
    const done = await place.tool(SKOPEO, copying(layout, `image-${at}`, origin, name, login));
    assert.equal(done.code, 0, done.stderr);
  }
}

/** Asks a registry; fails when it does not answer with that status. */
async function ask(method, url, status, options = {}) {
  const answer = await fetch(url, { method, ...options });
  const text = await answer.text();
  if (answer.status !== status) throw new Error(`${method} ${url}: ${answer.status} instead of ${status}: ${text}`);
  return { headers: answer.headers, text };
}

/** Gives a blob to a repository. */
async function pushBlob(origin, repository, bytes, headers) {
  const begun = await ask('POST', `${origin}/v2/${repository}/blobs/uploads/`, 202, { headers });
  const to = new URL(begun.headers.get('location'), origin);
  to.searchParams.set('digest', digestOf(bytes));
  await ask('PUT', to, 201, { body: bytes, headers: { ...headers, 'content-type': 'application/octet-stream' } });
}

/**
 * Gives an image, or an index with its images, to a registry.
 * @param {string[]} tags what it is called there
 */
export async function push(origin, repository, tags, one, headers = {}) {
  for (const child of one.children ?? []) await push(origin, repository, [child.digest], child, headers);
  for (const blob of one.blobs) await pushBlob(origin, repository, blob, headers);
  for (const tag of tags) {
    const typed = { ...headers, 'content-type': one.type };
    await ask('PUT', `${origin}/v2/${repository}/manifests/${tag}`, 201, { body: one.manifest, headers: typed });
  }
}

/** Deletes what a digest stands for, and with it every tag that stands for it. */
export const remove = (origin, repository, digest, headers) =>
  ask('DELETE', `${origin}/v2/${repository}/manifests/${digest}`, 202, { headers });

/**
 * Fills what a registry keeps in a folder with repositories, ten to a namespace, each with so many
 * tags, all of them images of their own with one layer in common. Gives their names.
 *
 * It writes what an upload would leave there: through the API, 20,000 images take minutes.
 */
export function fill(folder, repositories, tags) {
  const root = join(folder, 'storage/docker/registry/v2');
  const hex = (digest) => digest.slice('sha256:'.length);
  const write = (path, bytes) => {
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, typeof bytes === 'string' ? 'link' : 'data'), bytes);
  };
  const blob = (bytes) => write(join(root, 'blobs/sha256', hex(digestOf(bytes)).slice(0, 2), hex(digestOf(bytes))), bytes);
  const shared = layer('in common');
  blob(shared.bytes);
  const names = Array.from({ length: repositories }, (_, at) => `reef-${Math.floor(at / 10)}/image-${at % 10}`);
  for (const name of names) {
    const home = join(root, 'repositories', name);
    const link = (path, digest) => write(join(home, path), digest);
    for (let tag = 0; tag < tags; tag += 1) {
      const { manifest, blobs, digest } = image({
        layer: shared,
        created: new Date(Date.UTC(2025, 0, 1) + tag * 86_400_000).toISOString(),
        labels: labels({ description: `Image ${tag} of ${name}`, source: `https://github.com/${name}` }),
      });
      blob(manifest);
      blob(blobs[0]);
      for (const bytes of blobs) link(`_layers/sha256/${hex(digestOf(bytes))}`, digestOf(bytes));
      link(`_manifests/revisions/sha256/${hex(digest)}`, digest);
      link(`_manifests/tags/v${tag}/current`, digest);
      link(`_manifests/tags/v${tag}/index/sha256/${hex(digest)}`, digest);
    }
  }
  return names;
}
