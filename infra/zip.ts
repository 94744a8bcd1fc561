/** A file of an archive, under its path in it. */
export interface ZipEntry {
  readonly name: string;
  readonly contents: Uint8Array;
}

/** 1 January 1980, midnight: the first moment that the format knows. */
const EPOCH = { time: 0, date: 0x21 };
/** Made on Unix, readable by what reads version 2.0. */
const VERSION = { madeBy: (3 << 8) | 20, needed: 20 };
/** A regular file that everybody may read: Lambda runs the code as another user than the one who packed it. */
const READABLE_FILE = 0o100644 * 0x10000;
/** Names are UTF-8. */
const FLAGS = 0x0800;

/**
 * A ZIP archive that depends on nothing but its entries and their order: no times, no owners, and no compression, whose bytes differ
 * between versions of zlib and so of Node. For some files of some megabytes, as Lambda takes them.
 */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, contents } of entries) {
    const path = Buffer.from(name, 'utf8');
    const shared = sharedFields(path, contents);
    const local = Buffer.concat([fields([4, 0x04034b50]), shared, fields([2, 0]), path, contents]);
    locals.push(local);
    central.push(
      Buffer.concat([
        fields([4, 0x02014b50], [2, VERSION.madeBy]),
        shared,
        // No extra field, no comment, first disk, no internal attributes.
        fields([2, 0], [2, 0], [2, 0], [2, 0], [4, READABLE_FILE], [4, offset]),
        path,
      ]),
    );
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const count = entries.length;
  const end = fields(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, directory.length],
    [4, offset],
    [2, 0],
  );
  return Buffer.concat([...locals, directory, end]);
}

/** What the header of a file and its line of the directory have in common, in the same order. */
function sharedFields(path: Buffer, contents: Uint8Array): Buffer {
  const { length } = contents;
  return fields(
    [2, VERSION.needed],
    [2, FLAGS],
    // Stored as it is.
    [2, 0],
    [2, EPOCH.time],
    [2, EPOCH.date],
    [4, crc32(contents)],
    [4, length],
    [4, length],
    [2, path.length],
  );
}

/** Numbers of 2 or 4 bytes, the lowest byte first. */
function fields(...numbers: readonly (readonly [2 | 4, number])[]): Buffer {
  const buffer = Buffer.alloc(numbers.reduce((sum, [bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [bytes, value] of numbers) at = buffer.writeUIntLE(value, at, bytes);
  return buffer;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** Node has one of its own from 20.15 on only. */
function crc32(contents: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of contents) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}
