import file from './exec-clients.account.json';
import type { ClientSession, ExecScenario } from './scenario.ts';

/** As the records of the account file name each client's program. */
const userAgentOf = (name: string) =>
  file.cloudtrail.records.find(({ userIdentity }) => userIdentity.userName === name)?.userAgent ?? '';

const opened = (client: NonNullable<ClientSession['client']>, person: string): ClientSession => ({
  cluster: 'exec-clients-cluster',
  task: '8e1d4c7b2a594f6083c1b0a9d8e7f6a5',
  container: 'app',
  person,
  client,
  userAgent: userAgentOf(person),
});

/** Where every client's transcripts go. */
export const clientsTarget = {
  role: 'exec-clients-task-role',
  logGroupName: '/ecs-exec/audit',
  keyArn: 'arn:aws:kms:ap-northeast-1:444444444444:key/9876fedc-98fe-54dc-32ba-0987654321fe',
} as const;

/** Four clients, one gap: sessions and group are encrypted as demanded, and the role may write to another group only. */
export const execClients: ExecScenario = {
  kind: 'exec',
  file,
  settings: () => ({ keys: { allow: [clientsTarget.keyArn] } }),
  sessions: [opened('ecspresso', 'bob'), opened('ecsk', 'carol'), opened('Copilot', 'dave')],
  next: opened('AWS CLI', 'alice'),
  stackName: null,
  toldPreflight: true,
};
