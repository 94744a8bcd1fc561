interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

/** Reads a `cidr` of an event pattern, IPv4 or IPv6: `10.0.0.0/24` holds `10.0.0.5`, not `10.0.1.5`. Null for anything else. */
export function readCidr(pattern: string): ((scalar: unknown) => boolean) | null {
  const [text = '', size = '', ...more] = pattern.split('/');
  const network = readAddress(text);
  const length = Number(size);
  if (network === null || more.length > 0 || !/^\d{1,3}$/.test(size) || length > network.bits) return null;
  const shift = BigInt(network.bits - length);
  return (scalar) => {
    const address = typeof scalar === 'string' ? readAddress(scalar) : null;
    return address !== null && address.bits === network.bits && address.value >> shift === network.value >> shift;
  };
}

function readAddress(text: string): Address | null {
  const value = text.includes(':') ? readGroups(text) : readOctets(text);
  return value === null ? null : { bits: text.includes(':') ? 128 : 32, value };
}

function readOctets(text: string): bigint | null {
  const octets = text.split('.');
  if (octets.length !== 4 || !octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) < 256)) return null;
  return octets.reduce((value, octet) => (value << 8n) | BigInt(octet), 0n);
}

/** Eight groups of hex digits, of which one run of zeros may be written `::`. */
function readGroups(text: string): bigint | null {
  const [before = '', after, ...more] = text.split('::');
  if (text.length > 39 || more.length > 0) return null;
  const left = before === '' ? [] : before.split(':');
  const right = after === undefined || after === '' ? [] : after.split(':');
  const missing = 8 - left.length - right.length;
  if (after === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...left, ...Array.from({ length: missing }, () => '0'), ...right];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return null;
  return groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}
