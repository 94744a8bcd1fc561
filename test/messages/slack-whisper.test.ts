import { refusalWhisper, waitingWhisper } from '../../functions/messages/slack-whisper.ts';
import { blocksProblem } from '../support/vendors/slack-blocks.ts';

const CODES = [
  'proposal-unknown',
  'proposal-replaced',
  'proposal-answered',
  'proposal-expired',
  'wrong-message',
  'approver-unmapped',
  'own-session',
  'person-unknown',
];

describe('given a click that answered nothing', () => {
  it('says what is the matter, that nothing was changed, and what to do', () => {
    expect(refusalWhisper('own-session', 'this person opened a session of this cause')).toEqual({
      text: 'This person opened a session of this cause. Nothing was changed. Ask somebody who opened none of these sessions to answer.',
      blocks: [
        {
          type: 'section',
          text: {
            type: 'mrkdwn',
            text: 'This person opened a session of this cause. Nothing was changed. Ask somebody who opened none of these sessions to answer.',
            verbatim: true,
          },
        },
      ],
    });
  });

  it.each(CODES)('has something to do for %s', (code) => {
    const { text, blocks } = refusalWhisper(code, 'it is so');
    expect(text.length).toBeGreaterThan('It is so. Nothing was changed. '.length + 20);
    expect(blocksProblem(blocks)).toBeNull();
  });

  it('speaks of the next denial, which may be of no session, where nobody answered in time', () => {
    expect(refusalWhisper('proposal-expired', 'it is over').text).toContain('the next denial asks again');
  });

  it('says what it can for a code of tomorrow', () => {
    expect(refusalWhisper('of-tomorrow', 'it is so').text).toBe('It is so. Nothing was changed.');
  });

  it('mentions nobody, and is bounded', () => {
    const { text, blocks } = refusalWhisper('own-session', `<!channel> <@U0ALICE> @here ${'x'.repeat(10_000)}`);
    expect(text).not.toMatch(/[<>]|@here/);
    expect(text.length).toBeLessThanOrEqual(1000);
    expect(blocksProblem(blocks)).toBeNull();
  });
});

describe('given an answer that waits', () => {
  it('says that it is stored', () => {
    expect(waitingWhisper().text).toBe(
      'Your answer is stored. The ticket system is away; the rest follows by itself once it is back.',
    );
  });
});
