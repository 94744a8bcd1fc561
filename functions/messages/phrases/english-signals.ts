import type { SignalPhrases, SignalTexts } from './phrases.ts';

const delivery: SignalTexts = {
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

const companions: SignalPhrases['companions'] = {
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

const router: SignalTexts = {
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

const driver: SignalTexts = {
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

/** Every signal in English. */
export const englishSignals: SignalPhrases = { delivery, companions, router, driver };
