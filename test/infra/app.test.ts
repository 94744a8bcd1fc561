import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'exec-log-synth-'));
const outdir = join(folder, 'cdk.out');

afterAll(() => rmSync(folder, { recursive: true }));

/** `npm run synth` with its output kept out of the clone. */
function synth(...args: string[]) {
  const env = { ...process.env, CDK_OUTDIR: outdir };
  const run = spawnSync(process.execPath, ['--import', 'tsx', 'infra/app.ts', ...args], { env, encoding: 'utf8' });
  return { status: run.status, stdout: run.stdout, stderr: run.stderr };
}

function ceilingFile(ceiling: object): string {
  const file = join(folder, 'ceiling.json');
  writeFileSync(file, JSON.stringify(ceiling));
  return file;
}

describe('given npm run synth', () => {
  it('writes the template and the schema of the settings offline and says under which ceiling', () => {
    expect(synth('-c', 'deploymentId=box')).toEqual({
      status: 0,
      stdout: `Synthesised box into ${outdir} under the ceiling observe (infra/ceiling.default.json).\n`,
      stderr: '',
    });
    expect(existsSync(join(outdir, 'box.template.json'))).toBe(true);
    expect(JSON.parse(readFileSync(join(outdir, 'settings.schema.json'), 'utf8'))).toMatchObject({ type: 'object' });
  }, 60_000);

  it('ends with 2 and one sentence on a ceiling that names every role', () => {
    const file = ceilingFile({ mode: 'attach', accounts: ['*'], roles: ['arn:aws:iam::*:role/*'] });
    expect(synth('-c', `ceiling=${file}`)).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringMatching(
        /^The ceiling is not usable:\n {2}roles\.0: "arn:aws:iam::\*:role\/\*": expected .+\n$/,
      ),
    });
  }, 60_000);

  it.each(['4', '61', 'often', ''])(
    'ends with 2 and one sentence on an audit every %j minutes',
    (minutes) => {
      expect(synth('-c', `auditMinutes=${minutes}`)).toEqual({
        status: 2,
        stdout: '',
        stderr: expect.stringMatching(
          /^The deployment is not usable:\n {2}auditMinutes: .+: expected a whole number of minutes, 5 to 60\n$/,
        ),
      });
    },
    60_000,
  );

  it.each([
    ['approverConcurrency=', 'approverConcurrency: 0: expected a whole number, 1 to 100, or none'],
    ['approverUrl=private', 'approverUrl: "private": expected public or none'],
  ])(
    'ends with 2 and one sentence on %s',
    (context, sentence) => {
      const stderr = `The deployment is not usable:\n  ${sentence}\n`;
      expect(synth('-c', context)).toEqual({ status: 2, stdout: '', stderr });
    },
    60_000,
  );

  it('leaves out the URL of the approver and its own concurrency', () => {
    const ceiling = ceilingFile({ mode: 'propose', accounts: ['*'], roles: ['arn:aws:iam::*:role/sandbox-*'] });
    const closed = ['-c', 'approverConcurrency=none', '-c', 'approverUrl=none'];
    expect(synth('-c', 'deploymentId=box', '-c', `ceiling=${ceiling}`, ...closed)).toMatchObject({ status: 0 });
    const template = readFileSync(join(outdir, 'box.template.json'), 'utf8');
    expect(template).toContain('"FunctionName": "box-approver"');
    expect(template).not.toMatch(/ReservedConcurrentExecutions|ApproverUrl|"NONE"/);
  }, 60_000);

  it('takes the names of signals, repeated and with spaces', () => {
    expect(synth('-c', 'deploymentId=box', '-c', 'signals=session-key, firelens,session-key')).toMatchObject({
      status: 0,
    });
    const rules = readFileSync(join(outdir, 'box.template.json'), 'utf8').match(/"box-signal-[a-z-]+"/g);
    expect(rules).toEqual(['"box-signal-session-key"', '"box-signal-firelens"']);
  }, 60_000);

  it('ends with 2 and the list on a signal that it does not know', () => {
    expect(synth('-c', 'signals=session-key,sessions')).toEqual({
      status: 2,
      stdout: '',
      stderr:
        'The deployment is not usable:\n  signals: "sessions": expected names of describe-log-groups, bucket-encryption, ' +
        'session-key, bucket-objects, firelens, awslogs-driver, separated by commas\n',
    });
  }, 60_000);

  it('takes yes or no about the organisation, and nothing that might be meant as one', () => {
    expect(synth('-c', 'deploymentId=box', '-c', 'organization=yes')).toMatchObject({ status: 0 });
    expect(readFileSync(join(outdir, 'box.template.json'), 'utf8')).toContain('organizations:ListParents');
    expect(synth('-c', 'organization=true')).toEqual({
      status: 2,
      stdout: '',
      stderr: 'The deployment is not usable:\n  organization: "true": expected yes or no\n',
    });
  }, 60_000);

  it('makes a hub of the organisation that it is given, and refuses what is none', () => {
    expect(synth('-c', 'deploymentId=box', '-c', 'hub=o-exampleorg1')).toMatchObject({ status: 0, stderr: '' });
    expect(readFileSync(join(outdir, 'box.template.json'), 'utf8')).toContain('"Name": "box-hub"');
    expect(synth('-c', 'hub=')).toEqual({
      status: 2,
      stdout: '',
      stderr:
        'The deployment is not usable:\n  hub: "": expected the id of an organisation, o- and 10 to 32 letters and digits\n',
    });
  }, 60_000);

  it('writes the template of members, with the key of the tag from the ceiling', () => {
    const ceiling = ceilingFile({ mode: 'attach', accounts: ['*'], roleTag: { key: 'team', value: 'a' } });
    expect(synth('-c', 'member=yes', '-c', `ceiling=${ceiling}`)).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^Synthesised the template of members into .+ \(1\d{4} bytes, no assets\)\.\n$/),
      stderr: '',
    });
    const template = readFileSync(join(outdir, 'exec-log-member.template.json'), 'utf8');
    expect(template).toContain('"aws:ResourceTag/team"');
  }, 60_000);

  it('ends with 2 on a member that is told what its parameters tell', () => {
    expect(synth('-c', 'member=yes', '-c', 'deploymentId=box')).toEqual({
      status: 2,
      stdout: '',
      stderr: 'A member takes -c ceiling=FILE and no deploymentId: the rest are parameters of its template.\n',
    });
    expect(synth('-c', 'member=true').stderr).toContain('member: "true": expected yes or no');
  }, 60_000);

  it('ends with 2 on a ceiling that is not there and on an argument that it does not know', () => {
    expect(synth('-c', 'ceiling=none.json').stderr).toContain('none.json is not usable');
    expect(synth('-c', 'ceilings=x')).toMatchObject({ status: 2, stderr: expect.stringMatching(/^usage: /) });
  }, 60_000);
});
