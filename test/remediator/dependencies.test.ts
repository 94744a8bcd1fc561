import { createDependencies } from '../../functions/remediator/dependencies.ts';
import { rules } from '../support/builders.ts';

const QUEUES = 'https://sqs.ap-northeast-1.amazonaws.com/111111111111';

describe('the id of a proposal', () => {
  it('is of 128 random bits at least, and never the same: nobody guesses one', () => {
    const { portsFor } = createDependencies({
      SETTINGS_PATH: '/exec-log/settings',
      CEILING: JSON.stringify({ mode: 'propose' }),
      TABLE_NAME: 'exec-log',
      QUEUE_URL: `${QUEUES}/exec-log-denials`,
      APPROVALS_QUEUE_URL: `${QUEUES}/exec-log-approvals`,
      DEPLOYMENT_ID: 'exec-log',
      LOG_LEVEL: 'INFO',
    });
    const home = { partition: 'aws', account: '111111111111', region: 'ap-northeast-1' };
    const { newId } = portsFor({ kind: 'single', home }, rules().settings)(home);
    const ids = Array.from({ length: 1000 }, () => newId());
    expect(new Set(ids).size).toBe(1000);
    expect(ids.filter((id) => !/^[\w-]+$/.test(id) || Buffer.from(id, 'base64url').length * 8 < 128)).toEqual([]);
  });
});
