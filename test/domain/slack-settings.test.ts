import { parseSettings } from '../../functions/domain/settings.ts';
import { routedChannel, type SlackSettings } from '../../functions/domain/slack-settings.ts';

const SECRET = 'secretsmanager:exec-log/slack';
const CRITICAL = { key: 'tier', value: 'critical' };
const WEB = { key: 'team', value: 'web' };

const slackOf = (routes: SlackSettings['routes']): SlackSettings => ({ secret: SECRET, channel: '#alerts', routes });
const facts = { account: '111111111111', clusterTags: { tier: 'critical' }, roleTags: { team: 'web' } };

describe('given the routes of the settings', () => {
  it.each<[string, SlackSettings['routes'][number], boolean]>([
    ['the account', { account: '111111111111', channel: 'hit' }, true],
    ['another account', { account: '222222222222', channel: 'hit' }, false],
    ["the cluster's tag", { clusterTag: CRITICAL, channel: 'hit' }, true],
    ["another value of the cluster's tag", { clusterTag: { ...CRITICAL, value: 'low' }, channel: 'hit' }, false],
    ["a tag that is the role's, not the cluster's", { clusterTag: WEB, channel: 'hit' }, false],
    ["the role's tag", { roleTag: WEB, channel: 'hit' }, true],
    ["a tag that is the cluster's, not the role's", { roleTag: CRITICAL, channel: 'hit' }, false],
    ["a key of every object's", { roleTag: { key: 'constructor', value: '' }, channel: 'hit' }, false],
    ['all three', { account: '111111111111', clusterTag: CRITICAL, roleTag: WEB, channel: 'hit' }, true],
    ['all but one', { account: '222222222222', clusterTag: CRITICAL, roleTag: WEB, channel: 'hit' }, false],
    ['everything', { channel: 'hit' }, true],
  ])('tells a case of %s: %j', (_, route, hits) => {
    const channel = hits ? 'hit' : null;
    expect(routedChannel(slackOf([route]), facts)).toEqual({ channel, isCertain: true });
  });

  it('takes the first one that matches', () => {
    const routes = [{ account: '222222222222', channel: 'a' }, { roleTag: WEB, channel: 'b' }, { channel: 'c' }];
    expect(routedChannel(slackOf(routes), facts).channel).toBe('b');
  });

  it('says that it is not certain where tags that nobody knows might have led elsewhere', () => {
    const routes = [
      { clusterTag: CRITICAL, channel: 'a' },
      { roleTag: WEB, channel: 'b' },
    ];
    expect(routedChannel(slackOf(routes), { ...facts, clusterTags: null })).toEqual({ channel: 'b', isCertain: false });
    const elsewhere = [{ account: '222222222222', clusterTag: CRITICAL, channel: 'a' }];
    expect(routedChannel(slackOf(elsewhere), { ...facts, clusterTags: null })).toEqual({
      channel: null,
      isCertain: true,
    });
  });

  it('leads nowhere without any', () => {
    expect(routedChannel(null, facts)).toEqual({ channel: null, isCertain: true });
    expect(routedChannel(slackOf([]), facts)).toEqual({ channel: null, isCertain: true });
  });
});

describe('given the key slack', () => {
  it.each(['C0123ABCD', '#alerts', 'alerts', '#プロジェクト', 'a.b_c-d'])('takes the channel %s', (channel) => {
    expect(parseSettings({ slack: { secret: SECRET, channel } }).kind).toBe('valid');
  });

  it.each<[string, object, string]>([
    ['a mention as the channel', { channel: '<!channel>' }, 'slack.channel'],
    ['an empty channel', { channel: '' }, 'slack.channel'],
    ['a channel with a blank', { channel: 'our alerts' }, 'slack.channel'],
    ['a route without a channel', { routes: [{ account: '111111111111' }] }, 'slack.routes.0.channel'],
    ['a route of no account', { routes: [{ account: 'prod', channel: 'a' }] }, 'slack.routes.0.account'],
    ['a tag without a value', { routes: [{ roleTag: { key: 'a' }, channel: 'a' }] }, 'slack.routes.0.roleTag.value'],
    ['an unknown condition', { routes: [{ region: 'x', channel: 'a' }] }, 'slack.routes.0.region'],
  ])('refuses %s', (_, parts, path) => {
    expect(parseSettings({ slack: { secret: SECRET, ...parts } })).toMatchObject({
      kind: 'invalid',
      problems: [{ path }],
    });
  });
});
