import type { Digest } from '../domain/canonical.ts';

/** Words of AWS's own, and of what decides: structure that a mask keeps. A name made of these alone stays as it is. */
const KEPT_WORDS: ReadonlySet<string> = new Set(
  `a access account active agent alias allow amazon amazonaws arm64 arn assumed attribute aws awsfirelens awslogs awsvpc background
  blocking bridge bucket capability cloudtrail cloudwatch cluster code com command config container containerinsights
  containers control daemon data default definition deny dev disabled docker ec2 ecr ecs enabled events exec execute executecommandagent execution
  false fargate federated file fluent fluentbit fluentd for function group groups host iam inactive infrastructure insights instance
  interactive internal json key keys kms lambda latest linked linux linuxparameters log logs metadata non none null number off on
  output pending performance policy profile public replica reserved role root running s3 saml provider secret secretsmanager service services
  session spot ssm ssmmessages sso stack start stopped stream streams sts subnet system tail task tasks true user users version vpc vpce
  wss x86 yes no`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

/** Beginnings by which AWS and this system tell their own names. */
const KEPT_BEGINNING = /^(?:ExecLogDelivery|AWSReservedSSO|AWSServiceRole|cwagent|awsexec)/;

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const HEX = '0123456789abcdef';

/** Masks single words, the same word by the same mask. */
export interface WordMask {
  mask(word: string): string;
  /** Two words got one mask, or a word got the mask of one that is kept: another salt has to be taken. */
  isAmbiguous(): boolean;
}

/**
 * A mask of words by a secret salt. Length and kind of each character stay, and words that begin alike have masks that begin
 * alike: a pattern such as `web*` still matches what it matched.
 */
export function createWordMask(digest: Digest, salt: string): WordMask {
  const masks = new Map<string, string>();
  const originals = new Map<string, string>();
  let isAmbiguous = false;
  return {
    mask(word) {
      if (isKept(word)) return word;
      const known = masks.get(word);
      if (known !== undefined) return known;
      const masked = maskedWord(word, digest, salt);
      isAmbiguous ||= originals.has(masked) || isKept(masked);
      masks.set(word, masked);
      originals.set(masked, word);
      return masked;
    },
    isAmbiguous: () => isAmbiguous,
  };
}

function isKept(word: string): boolean {
  // One character, a revision, a size, a version: no name.
  return word.length === 1 || /^\d{1,4}$/.test(word) || KEPT_WORDS.has(word.toLowerCase()) || KEPT_BEGINNING.test(word);
}

function maskedWord(word: string, digest: Digest, salt: string): string {
  const isHex = /^[0-9a-f]{8,}$/.test(word) && !/^\d+$/.test(word);
  let masked = '';
  let before = '';
  for (const character of word) {
    masked += maskedCharacter(character, isHex, Number.parseInt(digest(`${salt}\n${before}`).slice(0, 8), 16));
    before += character;
  }
  return masked;
}

/** Another character of the same kind, chosen by what stands before it: the mask can be one for every word that begins so. */
function maskedCharacter(character: string, isHex: boolean, chance: number): string {
  const upper = character !== character.toLowerCase();
  const alphabet = isHex ? HEX : DIGITS.includes(character) ? DIGITS : LOWER;
  const at = alphabet.indexOf(character.toLowerCase());
  // Names of AWS's are ASCII; what people write into tags need not be.
  if (at < 0) return `u${(character.codePointAt(0) ?? 0).toString(16)}`;
  const shift = 1 + (chance % (alphabet.length - 1));
  const other = alphabet.charAt((at + shift) % alphabet.length);
  return upper ? other.toUpperCase() : other;
}
