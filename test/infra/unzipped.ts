/** A file of an archive. */
export interface UnzippedFile {
  readonly name: string;
  readonly mode: number;
  readonly contents: Buffer;
}

/** Reads an archive of stored files as unzip programs do, by its directory at the end; what contradicts itself is an error. */
export function unzipped(archive: Buffer): readonly UnzippedFile[] {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  const count = archive.readUInt16LE(end + 10);
  const files: UnzippedFile[] = [];
  let at = archive.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    expected(archive.readUInt32LE(at), 0x02014b50, 'a line of the directory');
    const [crc, size] = [archive.readUInt32LE(at + 16), archive.readUInt32LE(at + 24)];
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    const mode = archive.readUInt32LE(at + 38) >>> 16;
    const local = archive.readUInt32LE(at + 42);
    expected(archive.readUInt32LE(local), 0x04034b50, 'the header of a file');
    expected(archive.readUInt16LE(local + 8), 0, 'a stored file');
    const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const contents = archive.subarray(start, start + size);
    expected(archive.readUInt32LE(local + 14), crc, 'the checksum of header and directory');
    expected(checksumOf(contents), crc, 'the checksum of the contents');
    files.push({ name, mode, contents: Buffer.from(contents) });
    at += 46 + nameLength;
  }
  return files;
}

function expected(value: number, wanted: number, what: string): void {
  if (value !== wanted) throw new Error(`${what}: ${value.toString(16)} is not ${wanted.toString(16)}`);
}

/** CRC-32 bit by bit, as its definition reads. */
function checksumOf(contents: Buffer): number {
  let crc = ~0;
  for (const byte of contents) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (0xedb88320 & -(crc & 1));
  }
  return ~crc >>> 0;
}
