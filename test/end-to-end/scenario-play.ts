import type { OpsItem } from '@aws-sdk/client-ssm';
import type { Case } from '../../functions/domain/case.ts';
import type { SessionVerdict } from '../../functions/domain/ledger.ts';
import { type ExecLog, type ExecLogOptions, startExecLog } from '../simulated-account/deployment/exec-log.ts';
import type { AccountState, JsonObject } from '../simulated-account/index.ts';
import { patchInTicket } from '../simulated-account/play/patch-in-ticket.ts';
import type { ClientSession } from '../simulated-account/scenarios/scenario.ts';
import { accountOfRows, nameOf, type Permission, type Row } from './scenario-rows.ts';

const MINUTE = 60_000;

/** What became of a row: its session, what the system found, how it is repaired, and the session after that. */
export interface RowEnd {
  readonly first: 'recorded' | 'lost' | 'refused';
  readonly state: string;
  /** The likeliest cause. */
  readonly cause: string;
  readonly repairedBy: 'policy' | 'ticket' | 'nothing';
  /** The actions that the simulation says are denied, sorted: a denial needs none, and names its call itself. */
  readonly simulated: readonly string[];
  /** The removed actions that the repair does not hold. */
  readonly unrepaired: readonly string[];
  readonly next: 'recorded' | 'lost' | 'refused';
}

export interface ScenarioOptions extends Partial<ExecLogOptions> {
  readonly file: unknown;
  readonly session: ClientSession;
  /** All that the set-up needs for its logs to arrive. */
  readonly needed: readonly Permission[];
  readonly removals: readonly (readonly Permission[])[];
  readonly change?: (account: AccountState) => void;
}

/** One deployment in an account with a set-up for each row: sessions, their audit, the repairs, and the sessions after them. */
export class ScenarioPlay {
  private constructor(
    readonly system: ExecLog,
    readonly rows: readonly Row[],
    private readonly options: ScenarioOptions,
  ) {}

  static async start(options: ScenarioOptions): Promise<ScenarioPlay> {
    const { account, rows } = accountOfRows(options.file, options.needed, options.removals, options.change);
    const { settings, ceiling, ...rest } = options;
    const system = await startExecLog({
      account,
      mode: 'attach',
      withoutSlack: true,
      ...rest,
      // Each row is a repair of its own.
      ceiling: { writesPerHour: 1000, ...ceiling },
      settings: { limits: { writesPerHour: 1000 }, ...Object(settings) },
    });
    return new ScenarioPlay(system, rows, options);
  }

  /** Plays every row from the lost transcript to the next session's, one audit for all of them. */
  async ends(): Promise<ReadonlyMap<string, RowEnd>> {
    const firsts = new Map<string, Awaited<ReturnType<ScenarioPlay['session']>>>();
    for (const row of this.rows) firsts.set(row.name, await this.session(row));
    await this.audited();
    const { ledger, account } = this.system;
    const [verdicts, cases] = [await ledger.verdicts(), await ledger.cases()];
    const tickets = [...account.stores.opsItems.values()];
    const ends = new Map<string, RowEnd>();
    for (const row of this.rows) {
      const first = firsts.get(row.name);
      if (first === undefined) throw new Error(`no session of ${row.name}`);
      const verdict = verdicts.find(({ sessionId }) => sessionId === first.sessionId);
      const repair = this.repairOf(row, first.sessionId, cases, tickets);
      ends.set(row.name, {
        first: first.transcript,
        state: verdict?.state ?? 'unknown',
        cause: causeOf(verdict),
        repairedBy: repair.by,
        simulated: simulatedDenialsOf(cases, first.sessionId),
        unrepaired: row.removed.map(({ action }) => action).filter((action) => !repair.text.includes(`"${action}"`)),
        next: (await this.session(row)).transcript,
      });
    }
    return ends;
  }

  /** The set-up that lacks exactly these. */
  row(removed: readonly Permission[]): Row {
    const found = this.rows.find(({ name }) => name === nameOf(removed));
    if (found === undefined) throw new Error(`no row lacks ${nameOf(removed)}`);
    return found;
  }

  /** A session in the row's task, and all that it causes at once. */
  async session(row: Row) {
    const { clusterName: cluster, taskId: task } = row;
    const result = await this.system.exec({ ...this.options.session, cluster, task, minutes: 1 });
    await this.system.deployment.settle();
    return result;
  }

  /** The schedule as it runs until nothing that happened so far is open any more, and what it orders: an empty stream is waited for. */
  private async audited(): Promise<void> {
    const { deployment } = this.system;
    for (const minutes of [45, 90]) {
      await deployment.runFor(minutes * MINUTE);
      await deployment.runSchedule();
    }
    await deployment.runFor(5 * MINUTE);
  }

  /** What becomes of a session if one action of one statement is dropped from the row's repair, for each; the repair stays as it was. */
  async withoutEach(row: Row): Promise<Readonly<Record<string, string>>> {
    const [name, document] = this.repairsOf(row)[0] ?? [];
    if (name === undefined) throw new Error(`${row.name} was not repaired`);
    const ends: Record<string, string> = {};
    const statements: readonly JsonObject[] = Object(document).Statement;
    for (const [at, statement] of statements.entries()) {
      for (const action of Object(statement)['Action']) {
        const Action = Object(statement)['Action'].filter((other: string) => other !== action);
        const rest = Action.length === 0 ? statements.toSpliced(at, 1) : statements.with(at, { ...statement, Action });
        this.putPolicy(row, name, { ...Object(document), Statement: rest });
        // Nothing settles in between: what is denied here is no news.
        const { clusterName: cluster, taskId: task } = row;
        const session = { ...this.options.session, cluster, task, whileOpen: async () => {} };
        ends[`${statement['Sid']} ${action}`] = (await this.system.exec(session)).transcript;
      }
    }
    this.putPolicy(row, name, document);
    return ends;
  }

  /** Our policy, or the code of a ticket under its own name. */
  repairsOf(row: Row): readonly (readonly [name: string, document: unknown])[] {
    return [...this.policiesOf(row)].filter(([name]) => /^Exec(LogDelivery|SessionLogs)-/.test(name));
  }

  /** The row's policies by name. */
  policiesOf({ roleName }: Row): ReadonlyMap<string, JsonObject> {
    const role = this.system.account.state.iam.roles.find(({ RoleName }) => RoleName === roleName);
    return new Map(
      (role?.RolePolicyList ?? []).map(({ PolicyName = '', PolicyDocument = '{}' }) => [
        PolicyName,
        JSON.parse(PolicyDocument),
      ]),
    );
  }

  /** Puts a policy on the row's role, as its own team would. */
  putPolicy({ roleName }: Row, policyName: string, document: unknown): void {
    const role = this.system.account.state.iam.roles.find(({ RoleName }) => RoleName === roleName);
    if (role === undefined) throw new Error(`no role ${roleName}`);
    role.RolePolicyList = [
      ...(role.RolePolicyList ?? []).filter(({ PolicyName }) => PolicyName !== policyName),
      { PolicyName: policyName, PolicyDocument: JSON.stringify(document) },
    ];
  }

  close(): Promise<void> {
    return this.system.close();
  }

  /** The policy that was attached; else the code of the ticket, which is put on the role under its own name. */
  private repairOf(row: Row, sessionId: string, cases: readonly Case[], tickets: readonly OpsItem[]) {
    const attached = [...this.policiesOf(row)].find(([name]) => name.startsWith('ExecLogDelivery-'));
    if (attached !== undefined) return { by: 'policy', text: JSON.stringify(attached[1]) } as const;
    const ticketIds = cases.filter(({ sessionIds }) => sessionIds.includes(sessionId)).map(({ ticketId }) => ticketId);
    for (const ticket of tickets.filter(({ OpsItemId = '' }) => ticketIds.includes(OpsItemId))) {
      const patch = patchInTicket(ticket);
      if (patch?.roleName !== row.roleName) continue;
      this.putPolicy(row, patch.policyName, patch.document);
      return { by: 'ticket', text: JSON.stringify(patch.document) } as const;
    }
    return { by: 'nothing', text: '' } as const;
  }
}

function causeOf(verdict: SessionVerdict | undefined): string {
  return verdict?.causes[0]?.code ?? 'none';
}

function simulatedDenialsOf(cases: readonly Case[], sessionId: string): readonly string[] {
  const reasons = cases.filter(({ sessionIds }) => sessionIds.includes(sessionId)).flatMap((found) => found.reasons);
  const actions = reasons
    .filter(({ code }) => code === 'simulated-denied')
    .map(({ detail }) => /\b(?:logs|s3|kms):\w+/.exec(detail)?.[0] ?? detail);
  return [...new Set(actions)].sort();
}
