import { acceptCommand, revertCommand } from '../../functions/messages/commands.ts';
import { slackMessage } from '../../functions/messages/slack.ts';
import { ticketDraft } from '../../functions/messages/ticket.ts';
import { played, REPAIRED } from './rendered-cases.ts';

const REGION = 'eu-central-1';

describe('given a role that carries our policy', () => {
  it.each([
    { role: 'web', deploymentId: undefined, command: 'exec-log revert web --region eu-central-1' },
    { role: 'web', deploymentId: 'exec-log', command: 'exec-log revert web --region eu-central-1' },
    {
      role: 'web',
      deploymentId: 'audit',
      command: 'exec-log revert web --region eu-central-1 --deployment-id audit',
    },
    { role: '=web', deploymentId: 'exec-log', command: "exec-log revert '=web' --region eu-central-1" },
    { role: '-web', deploymentId: 'exec-log', command: "exec-log revert --region eu-central-1 -- '-web'" },
    { role: '--json', deploymentId: 'exec-log', command: "exec-log revert --region eu-central-1 -- '--json'" },
    {
      role: '-web',
      deploymentId: 'audit',
      command: "exec-log revert --region eu-central-1 --deployment-id audit -- '-web'",
    },
  ])('prints "$command"', ({ role, deploymentId, command }) => {
    expect(revertCommand(role, REGION, deploymentId)).toBe(command);
  });

  it('names a deployment of another name in the message and in the ticket', () => {
    const { found, finding, decision, notice } = played(REPAIRED);
    const command = 'exec-log revert nginx-sample-task-nginx-role --region ap-northeast-1 --deployment-id audit';
    expect(JSON.stringify(slackMessage(found, notice, 'audit').blocks)).toContain(`\`${command}\``);
    expect(ticketDraft(found, finding, decision, 'audit', 'en').body).toContain(`\n${command}\n`);
  });
});

describe('given a session that was not recorded', () => {
  it.each([
    {
      sessionId: 'ecs-execute-command-0a',
      deploymentId: undefined,
      command: "exec-log accept ecs-execute-command-0a --reason 'why the gap is acceptable' --region eu-central-1",
    },
    {
      sessionId: 'a; rm -rf ~',
      deploymentId: 'audit',
      command:
        "exec-log accept 'a; rm -rf ~' --reason 'why the gap is acceptable' --region eu-central-1 --deployment-id audit",
    },
    {
      sessionId: '--all',
      deploymentId: 'exec-log',
      command: "exec-log accept --reason 'why the gap is acceptable' --region eu-central-1 -- '--all'",
    },
  ])('prints "$command"', ({ sessionId, deploymentId, command }) => {
    expect(acceptCommand(sessionId, REGION, deploymentId)).toBe(command);
  });
});
