import { DescribeSessionsCommand, type Session, type SessionState, type SSMClient } from '@aws-sdk/client-ssm';
import type { Reading } from '../../domain/observation.ts';
import type { SessionLifetime, SessionLifetimes } from '../../ports.ts';
import { ABSENT, read, readingOf, unreadable } from './errors.ts';

/** The filter names one session; a page may still be empty with more to come. */
const MAX_PAGES = 5;

/** Refused for good: the id is none that Systems Manager can hold. */
const EXPECTED = { call: 'ssm:DescribeSessions', unreadable: ['InvalidFilterKey', 'Validation'] };

/**
 * Systems Manager's sessions of this account and Region, which it knows for 30 days. Active ones are asked for first, so that a
 * session that ends in between is found among the ended.
 */
export function createSessionLifetimes(client: SSMClient): SessionLifetimes {
  return { findLifetime: (sessionId) => readingOf(findLifetime(client, sessionId), EXPECTED) };
}

async function findLifetime(client: SSMClient, sessionId: string): Promise<Reading<SessionLifetime>> {
  const active = await askFor(client, 'Active', sessionId);
  if (active.kind === 'read') return read(hasEnded(active.value) ? ended(active.value) : { kind: 'running' });
  if (active.kind === 'unreadable') return active;
  const past = await askFor(client, 'History', sessionId);
  return past.kind === 'read' ? read(ended(past.value)) : past;
}

async function askFor(client: SSMClient, state: SessionState, sessionId: string): Promise<Reading<Session>> {
  let NextToken: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await client.send(
      new DescribeSessionsCommand({ State: state, Filters: [{ key: 'SessionId', value: sessionId }], NextToken }),
    );
    const found = answer.Sessions?.find((session) => session.SessionId === sessionId);
    if (found !== undefined) return read(found);
    NextToken = answer.NextToken;
    if (NextToken === undefined) return ABSENT;
  }
  return unreadable(`more than ${MAX_PAGES} pages of ${state} sessions, without the one asked for`);
}

/** The list of active sessions lags: it can show one that is over. */
function hasEnded({ Status, EndDate }: Session): boolean {
  return EndDate !== undefined || Status === 'Terminated' || Status === 'Failed';
}

function ended({ EndDate }: Session): SessionLifetime {
  return { kind: 'ended', endedAt: EndDate?.toISOString() ?? null };
}
