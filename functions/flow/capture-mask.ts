import type { Digest } from '../domain/canonical.ts';
import { createWordMask } from './capture-mask-words.ts';
import { at } from './capture-references.ts';
import type { Printed } from './capture-sources.ts';

/** Values that AWS chooses from a list of its own, by the name of their member. */
const KEPT_MEMBERS: ReadonlySet<string> = new Set(
  `Action NotAction Effect Version eventName eventSource eventType eventCategory eventVersion awsRegion errorCode userAgent
  eventTime type status lastStatus desiredStatus launchType platformVersion platformFamily networkMode logDriver logging cpu
  memory pidMode ipcMode operatingSystemFamily cpuArchitecture requiresCompatibilities compatibilities connectivity
  healthStatus schedulingStrategy propagateTags protocol condition agentVersion agentHash dockerVersion KeyManager KeyState
  KeySpec CustomerMasterKeySpec KeyUsage Origin SSEAlgorithm EncryptionAlgorithms SigningAlgorithms MacAlgorithms
  MultiRegionKeyType ResourceType ResourceStatus VersionId DefaultVersionId PermissionsBoundaryType partition region
  ServiceName VpcEndpointType State logGroupClass documentName AvailabilityZone AvailabilityZoneId availabilityZone capability`
    .split(/\s+/)
    .filter((name) => name !== ''),
);

/** Maps whose member names are names of the account. */
const MASKED_NAMES: ReadonlySet<string> = new Set(['s3', 'kms', 'logs.logStreams']);

/** The tag by which the account itself lowers the mode. */
const DECIDING_TAG = 'exec-log-remediation';

const TIME = /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?$/;

/** Tokens that are not masked word by word, in the order in which they are looked for; words are the last. */
const TOKENS = new RegExp(
  [
    String.raw`(?<managed>arn:aws[\w-]*:(?:iam|organizations)::aws:[^\s"',]*)`,
    String.raw`(?<host>(?<![A-Za-z0-9.-])[a-z0-9-]+(?:\.[a-z]{2,5}(?:-[a-z]+)+-\d)?\.amazonaws\.com(?:\.cn)?(?![\w.])|com\.amazonaws\.[a-z0-9.-]+)`,
    String.raw`(?<region>(?<![A-Za-z0-9])(?:us|eu|ap|sa|ca|me|af|il|mx|cn|eusc)(?:-[a-z]+)*-(?:north|south|east|west|central|northeast|northwest|southeast|southwest|de-east)-\d[a-z]?(?![A-Za-z0-9]))`,
    `(?<uuid>(?<![A-Za-z0-9])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![A-Za-z0-9]))`,
    String.raw`(?<address>(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]))`,
    `(?<kind>(?<![A-Za-z0-9])(?:AROA|AIDA|AGPA|AIPA|ANPA|ANVA|AKIA|ASIA))(?<unique>[A-Z0-9]{8,})`,
    String.raw`(?<word>[\p{L}\p{N}]+)`,
  ].join('|'),
  'gu',
);

/** An address of nobody (RFC 5737). */
const NO_ADDRESS = '192.0.2.1';
const MAX_SALTS = 100;

/**
 * The account file with every account id, name, id and address masked, the same by the same mask everywhere. What decides stays:
 * structure, prefixes and actions of AWS, Regions, tag keys. `salt` makes the mask; of two runs with one salt the masks agree.
 */
export function maskAccount(file: Printed, digest: Digest, salt: string): Printed {
  for (let round = 0; round < MAX_SALTS; round += 1) {
    const words = createWordMask(digest, `${salt}/${round}`);
    const masked = maskedMembers(file, '', (text) => maskedText(text, words.mask));
    if (!words.isAmbiguous()) return masked;
  }
  throw new Error('no mask was found under which all names stay apart');
}

type MaskText = (text: string) => string;

function maskedText(text: string, maskWord: (word: string) => string): string {
  return text.replace(TOKENS, (token: string, ...rest) => {
    const groups: unknown = rest.at(-1);
    const found = (name: string): string | undefined => {
      const value = at(groups, name);
      return typeof value === 'string' ? value : undefined;
    };
    if ((found('managed') ?? found('host') ?? found('region')) !== undefined) return token;
    if (found('address') !== undefined) return NO_ADDRESS;
    const uuid = found('uuid');
    // As one word of hexadecimal digits: one of its parts could be digits alone.
    if (uuid !== undefined) return dashed(maskWord(`f${uuid.replaceAll('-', '')}`).slice(1));
    const unique = found('unique');
    return unique === undefined ? maskWord(token) : `${found('kind') ?? ''}${maskWord(unique)}`;
  });
}

function dashed(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

function maskedMembers(holder: Printed, path: string, mask: MaskText): Printed {
  return Object.fromEntries(
    Object.entries(holder)
      // Sentences of people.
      .filter(([name]) => name !== 'Description' && name !== 'description')
      .map(([name, value]) => [
        MASKED_NAMES.has(path) ? mask(name) : name,
        isKeptMember(holder, name, path)
          ? value
          : maskedValue(value, name, `${path}${path === '' ? '' : '.'}${name}`, mask),
      ]),
  );
}

function maskedValue(value: unknown, name: string, path: string, mask: MaskText): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => maskedValue(one, name, path, mask));
  if (typeof value === 'object' && value !== null)
    return maskedMembers(Object.fromEntries(Object.entries(value)), path, mask);
  if (typeof value !== 'string' || TIME.test(value)) return value;
  if (name === 'PolicyDocument') return maskedDocument(value, path, mask);
  // A sentence of AWS's: its names stand in ARNs and accounts, and the rest says why.
  return name === 'errorMessage' ? value.replace(/arn:[^\s"')]+|(?<!\w)\d{12}(?!\w)/g, mask) : mask(value);
}

/** EC2 prints the policy of an endpoint as text. */
function maskedDocument(text: string, path: string, mask: MaskText): string {
  try {
    return JSON.stringify(maskedValue(JSON.parse(text), '', path, mask));
  } catch {
    return mask(text);
  }
}

/** AWS's own words: by the member's name, and the names of variables, attributes and tags that AWS gives a meaning. */
function isKeptMember(holder: Printed, name: string, path: string): boolean {
  const { name: ownName } = holder;
  switch (name) {
    case 'Key':
    case 'key':
      return 'Value' in holder || 'value' in holder;
    case 'Value':
      return holder['Key'] === DECIDING_TAG;
    case 'value':
      return holder['key'] === DECIDING_TAG;
    case 'PolicyName':
      return /^arn:[^:]*:iam::aws:/.test(String(holder['PolicyArn'] ?? holder['Arn']));
    case 'name':
      return (
        path.endsWith('.details') ||
        (path.endsWith('.environment') && /^(?:AWS|ECS)_/.test(String(ownName))) ||
        (path.endsWith('ttributes') && /^(?:ecs|com\.amazonaws)\./.test(String(ownName)))
      );
    default:
      return KEPT_MEMBERS.has(name);
  }
}
