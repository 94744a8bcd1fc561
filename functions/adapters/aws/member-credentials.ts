import { AssumeRoleCommand, type AssumeRoleCommandOutput, type STSClient } from '@aws-sdk/client-sts';
import { parseAssumedRoleArn } from '../../domain/arn.ts';
import type { Place } from '../../domain/jurisdiction.ts';
import { type HubFunction, memberRoleArn, memberSessionName } from '../../domain/member-names.ts';
import type { Clock } from '../../ports.ts';
import { errorName, isAccessDenied, MemberRoleRefused } from './errors.ts';

/** What an AWS client signs with. */
interface MemberSession {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** The client asks again five minutes before it. */
  readonly expiration: Date;
}

/** Asks for a session whenever a client needs one. */
export type SessionProvider = () => Promise<MemberSession>;

export interface MemberCredentials {
  /** Reads of one account. */
  reading(member: Member): SessionProvider;
  /** Writes to roles of one account: nothing is assumed before a client signs its first request with it. */
  repairing(member: Member): SessionProvider;
}

type Member = Pick<Place, 'partition' | 'account'>;

export interface MemberCredentialsOptions {
  readonly client: STSClient;
  readonly deploymentId: string;
  /** Which function of the hub asks: part of the session's name, by which a member's trail is searched. */
  readonly functionName: HubFunction;
  readonly clock: Clock;
}

/** Whoever assumes a role with the credentials of another one gets an hour at most. */
const READING_SECONDS = 3600;
/** The shortest session that AWS gives. */
const REPAIRING_SECONDS = 900;
const RENEWED_BEFORE_MILLISECONDS = 5 * 60_000;
/** A member that is not set up yet is not asked again by each of its denials. */
const REFUSED_MILLISECONDS = 60_000;
/** IAM's limit for names of sessions and for source identities. */
const MAX_SESSION_NAME = 64;

/**
 * Sessions in member accounts, by AssumeRole. Each stands for one role of one account, and is kept for no other; it is renewed five
 * minutes before its end, and callers that come together share one question. A role that is absent or does not trust the hub is a
 * `MemberRoleRefused`, kept for a minute; throttling and every other failure is thrown as it is.
 * @throws Error at once where the session's name would be longer than AWS takes.
 */
export function createMemberCredentials(options: MemberCredentialsOptions): MemberCredentials {
  const { deploymentId, functionName } = options;
  const sessionName = memberSessionName(deploymentId, functionName);
  if (sessionName.length > MAX_SESSION_NAME) {
    throw new Error(`The id of this deployment is too long for the name of a session: ${sessionName}`);
  }
  const known = new Map<string, SessionProvider>();
  const providerOf = ({ partition, account }: Member, role: 'read' | 'repair', seconds: number) => {
    const roleArn = memberRoleArn(partition, account, deploymentId, role);
    const asked = { roleArn, account, sessionName, seconds };
    const provider = known.get(roleArn) ?? remembered(() => assume(asked, options.client), options.clock);
    known.set(roleArn, provider);
    return provider;
  };
  return {
    reading: (member) => providerOf(member, 'read', READING_SECONDS),
    repairing: (member) => providerOf(member, 'repair', REPAIRING_SECONDS),
  };
}

function remembered(ask: SessionProvider, clock: Clock): SessionProvider {
  let session: MemberSession | null = null;
  let refusal: { readonly error: MemberRoleRefused; readonly until: number } | null = null;
  let asking: Promise<MemberSession> | null = null;
  const renew = async (): Promise<MemberSession> => {
    try {
      session = await ask();
      return session;
    } catch (error) {
      if (error instanceof MemberRoleRefused) refusal = { error, until: clock().getTime() + REFUSED_MILLISECONDS };
      throw error;
    } finally {
      asking = null;
    }
  };
  return async () => {
    const now = clock().getTime();
    if (session !== null && session.expiration.getTime() - now > RENEWED_BEFORE_MILLISECONDS) return session;
    if (refusal !== null && now < refusal.until) throw refusal.error;
    asking ??= renew();
    return asking;
  };
}

interface AskedRole {
  readonly roleArn: string;
  readonly account: string;
  readonly sessionName: string;
  readonly seconds: number;
}

async function assume(
  { roleArn, account, sessionName, seconds }: AskedRole,
  client: STSClient,
): Promise<MemberSession> {
  const request = new AssumeRoleCommand({
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    SourceIdentity: sessionName,
    DurationSeconds: seconds,
  });
  let answer: AssumeRoleCommandOutput;
  try {
    answer = await client.send(request);
  } catch (error) {
    // AWS gives the same answer for a role that is not there; a Region's STS that the member switched off stays off.
    if (isAccessDenied(error) || errorName(error) === 'RegionDisabled') throw new MemberRoleRefused(roleArn);
    throw error;
  }
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
  if (AccessKeyId === undefined || SecretAccessKey === undefined || SessionToken === undefined || !Expiration) {
    throw new Error(`sts:AssumeRole gave no credentials of ${roleArn}`);
  }
  const session = parseAssumedRoleArn(answer.AssumedRoleUser?.Arn ?? '');
  if (session?.account !== account || session.sessionName !== sessionName) {
    throw new Error(`sts:AssumeRole gave a session of another account or name than ${roleArn}`);
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
  };
}
