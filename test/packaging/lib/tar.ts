/** Reads the plain files of a tar archive, as npm's tarballs have them (POSIX ustar and pax paths). */
export function readTar(archive: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  let longPath: string | undefined;
  for (let at = 0; at + 512 <= archive.length; ) {
    const header = archive.subarray(at, at + 512);
    if (header[0] === 0) break;
    const size = Number.parseInt(text(header, 124, 12), 8);
    const content = archive.subarray(at + 512, at + 512 + size);
    const type = String.fromCharCode(header[156] ?? 0);
    const prefix = text(header, 345, 155);
    const path =
      longPath ?? (prefix === '' ? text(header, 0, 100) : `${prefix}/${text(header, 0, 100)}`);
    longPath = type === 'x' ? /\d+ path=(.*)\n/.exec(content.toString('utf8'))?.[1] : undefined;
    if (type === '0' || type === '\0') files.set(path, content);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

function text(header: Buffer, start: number, length: number): string {
  const bytes = header.subarray(start, start + length);
  const end = bytes.indexOf(0);
  return bytes
    .subarray(0, end === -1 ? length : end)
    .toString('utf8')
    .trim();
}
