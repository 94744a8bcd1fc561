import { Aws, CfnCondition, CfnParameter, type CfnParameterProps, Fn, type Stack } from 'aws-cdk-lib';
import { SIGNAL_RULE_NAMES, type SignalRuleName } from '../functions/domain/rules.ts';
import { MODES, type Mode } from '../functions/domain/settings.ts';
import { DEFAULT_DEPLOYMENT_ID, LONGEST_ID_OF_A_HUB } from './deployment.ts';

/** How many role patterns a member takes: a template without transforms has no loops. */
const MOST_ROLE_PATTERNS = 6;

/** What stands in the permission for a pattern that was not given: a name of our own path, which is denied anyway. */
const NO_ROLE = 'exec-log/-';

/** At least three letters or digits in one run, as the ceiling of a deployment wants them: `a*` is as good as every role. */
const ROLE_PATTERN = '(?=[^,]*[A-Za-z0-9]{3})[A-Za-z0-9_+=.@/*-]{1,128}';

/** What a member's template is told at its deployment, as tokens. */
export interface MemberParameters {
  readonly hubAccount: string;
  readonly hubRegion: string;
  readonly organizationId: string;
  readonly deploymentId: string;
  /** The patterns behind `role/`, always as many as there may be. */
  readonly rolePatterns: readonly string[];
  readonly roleTagValue: string;
  readonly alarmTopicName: string;
}

export interface MemberConditions {
  /** The Region that holds the roles, which are the account's. */
  readonly isHome: CfnCondition;
  /** The mode permits a repair. */
  readonly writes: CfnCondition;
  /** In the home Region, where the mode permits a repair and the roles of it are named. */
  readonly repairs: CfnCondition;
  /** Only roles with the opt-in tag may be repaired. */
  readonly wantsTag: CfnCondition;
  readonly wantsAlarm: CfnCondition;
  readonly signals: Readonly<Record<SignalRuleName, CfnCondition>>;
}

const REGION = { allowedPattern: '^[a-z]{2,}(-[a-z]+)+-[0-9]{1,2}$' };

/** Adds the parameters and conditions of a member's template to its stack; a value that is not given creates and grants nothing. */
export function memberParameters(stack: Stack): { parameters: MemberParameters; conditions: MemberConditions } {
  const text = (name: string, description: string, more: CfnParameterProps = {}) =>
    new CfnParameter(stack, name, { description, ...more }).valueAsString;
  const hubAccount = text('HubAccountId', 'The account of the hub', { allowedPattern: '^[0-9]{12}$' });
  const hubRegion = text('HubRegion', 'The Region of the hub', REGION);
  const organizationId = text('OrganizationId', 'The organisation of hub and member', {
    allowedPattern: '^o-[a-z0-9]{10,32}$',
  });
  const deploymentId = text('DeploymentId', 'The deployment id of the hub', {
    default: DEFAULT_DEPLOYMENT_ID,
    allowedPattern: `^[A-Za-z][A-Za-z0-9-]{0,${LONGEST_ID_OF_A_HUB - 1}}$`,
  });
  const home = text('HomeRegion', 'The one Region of this account that holds its roles', REGION);
  const mode = text('Mode', 'The highest mode here; below propose nothing can be written', {
    default: 'observe',
    allowedValues: [...MODES],
  });
  const patterns = text(
    'RolePatterns',
    `Up to ${MOST_ROLE_PATTERNS} role names with their paths that may be repaired, * as wildcard, separated by commas; * alone only with RoleTagValue`,
    { default: '', allowedPattern: `^(\\*|${ROLE_PATTERN}(,${ROLE_PATTERN}){0,${MOST_ROLE_PATTERNS - 1}})?$` },
  );
  const roleTagValue = text(
    'RoleTagValue',
    'Only roles whose opt-in tag has this value may be repaired; empty: all of RolePatterns',
    {
      default: '',
      allowedPattern: '^[A-Za-z0-9 _.:/=+@-]{0,256}$',
    },
  );
  const alarmTopicName = text(
    'AlarmTopicName',
    "An SNS topic of the hub's account, in every Region, for events that were not forwarded; empty: none",
    { default: '', allowedPattern: '^[A-Za-z0-9_-]{0,256}$' },
  );
  const condition = (name: string, expression: ReturnType<typeof Fn.conditionEquals>) =>
    new CfnCondition(stack, name, { expression });
  const is = (value: string, wanted: string) => Fn.conditionEquals(value, wanted);
  const isHome = condition('IsHome', is(Aws.REGION, home));
  const wantsTag = condition('WantsTag', Fn.conditionNot(is(roleTagValue, '')));
  const writing: readonly Mode[] = ['propose', 'attach'];
  const writes = condition('Writes', Fn.conditionOr(...writing.map((one) => is(mode, one))));
  const repairs = condition(
    'Repairs',
    Fn.conditionAnd(
      isHome,
      writes,
      Fn.conditionNot(is(patterns, '')),
      Fn.conditionOr(wantsTag, Fn.conditionNot(is(patterns, '*'))),
    ),
  );
  const signalOf = (name: SignalRuleName) => {
    const id = `Signal${name.split('-').map(capitalised).join('')}`;
    const wanted = text(id, `Forward the opt-in signal ${name}`, { default: 'no', allowedValues: ['yes', 'no'] });
    return [name, condition(`Wants${id}`, is(wanted, 'yes'))] as const;
  };
  const signals = Object.fromEntries(SIGNAL_RULE_NAMES.map(signalOf)) as Record<SignalRuleName, CfnCondition>;
  const wantsAlarm = condition('WantsAlarm', Fn.conditionNot(is(alarmTopicName, '')));
  return {
    parameters: {
      hubAccount,
      hubRegion,
      organizationId,
      deploymentId,
      rolePatterns: patternsIn('RolePatterns'),
      roleTagValue,
      alarmTopicName,
    },
    conditions: { isHome, writes, repairs, wantsTag, wantsAlarm, signals },
  };
}

/** CloudFormation cannot select what is not there, so that the list is filled up. */
function patternsIn(patterns: string): readonly string[] {
  const filled = Fn.split(',', Fn.sub(`\${${patterns}}${`,${NO_ROLE}`.repeat(MOST_ROLE_PATTERNS - 1)}`));
  return Array.from({ length: MOST_ROLE_PATTERNS }, (_, index) => Fn.select(index, filled));
}

function capitalised(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
