import type { Case } from '../domain/case.ts';
import type { CompanionCall } from '../domain/denial.ts';

/** What the messages about a case say of its signal; the names in them are not escaped. */
export interface SignalTexts {
  /** What is lost, as a headline begins with it. */
  readonly lost: string;
  /** What becomes of what: `<logs> of <role> are <fate>`. */
  readonly logs: string;
  readonly fate: 'lost' | 'refused';
  /** What the role may do once it is repaired: `<role> may <may> again`. */
  readonly may: string;
  /** What was denied, with an article; null where the log group says it. */
  readonly denied: string | null;
  /** What follows from it, in whole sentences. */
  readonly consequence: string;
  /** How somebody sees that a change helped, as the end of a sentence. */
  readonly check: string;
  /** What the case counts besides denials. */
  readonly isOfSessions: boolean;
}

const DELIVERY: SignalTexts = {
  lost: 'ECS Exec transcripts lost',
  logs: 'exec transcripts',
  fate: 'lost',
  may: 'deliver exec transcripts',
  denied: null,
  consequence: 'The shells opened and closed normally; their transcripts are lost and do not come back.',
  check: 'open one more exec session and see that its transcript arrives',
  isOfSessions: true,
};

const REFUSED = 'The agent refuses the session: no shell opens, and nobody but who tried it knows.';

const REFUSED_TEXTS = {
  lost: 'ECS Exec sessions refused',
  logs: 'exec sessions',
  fate: 'refused',
  may: 'have its exec sessions recorded',
} as const;

const COMPANIONS: Readonly<Record<CompanionCall, Omit<SignalTexts, 'check' | 'isOfSessions'>>> = {
  'describe-log-groups': {
    ...REFUSED_TEXTS,
    denied: 'logs:DescribeLogGroups',
    consequence: `The cluster asks for an encrypted log group, and the agent may not look whether it is. ${REFUSED}`,
  },
  'bucket-encryption': {
    ...REFUSED_TEXTS,
    denied: 's3:GetEncryptionConfiguration',
    consequence: `The cluster asks for an encrypted bucket, and the agent may not look whether it is. ${REFUSED}`,
  },
  'session-key': {
    ...REFUSED_TEXTS,
    denied: 'kms:Decrypt',
    consequence: `The agent may not decrypt with the session key of the cluster. ${REFUSED}`,
  },
  object: {
    lost: 'ECS Exec transcripts lost',
    logs: 'exec transcripts in the bucket',
    fate: 'lost',
    may: 'deliver exec transcripts to the bucket',
    denied: 's3:PutObject',
    consequence: 'The shells opened and closed normally; their transcripts are not in the bucket and do not come back.',
  },
};

const ROUTER: SignalTexts = {
  lost: 'FireLens logs lost',
  logs: 'application logs',
  fate: 'lost',
  may: 'deliver application logs',
  denied: null,
  consequence:
    'The application logs of the task stop there: what its log router cannot deliver it drops after some tries, and it does not ' +
    'come back. Fluent Bit tries about twice a second, so that the number of denials says nothing of how much was lost.',
  check: 'see that new log events arrive in the group',
  isOfSessions: false,
};

const DRIVER: SignalTexts = {
  lost: 'Container logs lost',
  logs: 'container logs',
  fate: 'lost',
  may: 'deliver container logs',
  denied: null,
  consequence:
    'The awslogs driver writes with the task execution role, which exec-log never touches. The logs of the container are lost, ' +
    'or it does not start.',
  check: 'start one more task and see that its log stream is made',
  isOfSessions: false,
};

/** The texts of a case's signal. */
export function signalTextsOf({ signal }: Pick<Case, 'signal'>): SignalTexts {
  switch (signal?.kind) {
    case undefined:
      return DELIVERY;
    case 'exec-companion':
      return { ...DELIVERY, ...COMPANIONS[signal.companion] };
    case 'router':
      return ROUTER;
    case 'awslogs-driver':
      return DRIVER;
  }
}
