import type { CausePhrase, Phrases } from './phrases.ts';

const ROLE_TEAM = "the task role's team";
const CLUSTER_TEAM = 'the team that owns the cluster and its exec configuration';
const SECURITY = 'the security team';
const KEY_OWNER = 'the owner of the KMS key';
const ROUTER_TEAM = 'the team that owns the task definition and the image of its log router';
const ORGANISATION = "the organisation's security or platform team";

function cause(what: string, owner: string): CausePhrase {
  return { what, owner };
}

/** Every cause in English. */
export const englishCauses: Phrases['causes'] = {
  'write-refused': cause('IAM refused to write the repair.', 'the operators of exec-log'),
  'target-unexpected': cause(
    "The denied call did not go to the session's own log target. A shell in the container can forge such a call.",
    SECURITY,
  ),
  'session-of-another-task': cause('The denied call names a session of another task.', SECURITY),
  'not-the-task-role': cause('The denied call was made with a role that is not the task role.', SECURITY),
  'target-elsewhere': cause('The log target lies in another account or Region.', CLUSTER_TEAM),
  'policy-foreign': cause('The role has a policy of our name that we did not write.', ROLE_TEAM),
  'policy-changed': cause('Somebody changed the policy that we attached.', ROLE_TEAM),
  recurrence: cause('The cause was repaired before, and the call was denied again.', ROLE_TEAM),
  'policy-removed': cause('Somebody removed the policy that we attached.', ROLE_TEAM),
  'policy-overdue': cause('Our policy was meant as a stop-gap, and still stands.', ROLE_TEAM),
  'policy-not-needed': cause('The role is allowed without our policy, which still stands.', ROLE_TEAM),
  'policy-blocks-deletion': cause('A stack cannot delete the role while our policy stands on it.', ROLE_TEAM),
  'removal-refused': cause('IAM refused to remove our policy.', 'the operators of exec-log'),
  'policy-reverted': cause('A policy for this cause was attached and reverted before.', ROLE_TEAM),
  'denied-by-boundary': cause(
    "The role's permissions boundary does not allow the call.",
    'the security or platform team',
  ),
  'denied-by-scp': cause('A service control policy denies the call.', ORGANISATION),
  'denied-by-rcp': cause('A resource control policy denies the call.', ORGANISATION),
  'denied-by-session-policy': cause('A session policy denies the call.', 'whoever opens the sessions of the role'),
  'denied-by-vpc-endpoint': cause('A VPC endpoint policy denies the call.', 'the network team'),
  'denied-by-resource-policy': cause("The resource's own policy denies the call.", "the resource's owner"),
  'denied-explicitly': cause('Somebody wrote a deny for the call.', 'whoever wrote the deny'),
  'simulated-organization-deny': cause('The simulation says that the organisation denies the call.', ORGANISATION),
  'simulated-boundary-deny': cause(
    'The simulation says that the permissions boundary denies the call.',
    'the security or platform team',
  ),
  'simulated-deny': cause('The simulation says that the call stays denied with the policy.', ROLE_TEAM),
  'execution-role-denied': cause(
    "The task's execution role may not write the container's logs; exec-log never touches it.",
    "the task execution role's team",
  ),
  'no-log-router': cause(
    "The call looks like a log router's, and the task definition has none. A shell in the container can forge such a call.",
    SECURITY,
  ),
  'router-target-baked-in': cause(
    "The router's output is baked into its image, and the settings declare none for the role.",
    ROUTER_TEAM,
  ),
  'router-target-template': cause(
    "The router puts the group's name together from each record, so that no policy could name it.",
    ROUTER_TEAM,
  ),
  'router-other-role': cause("The router's output takes another role than the task's.", ROUTER_TEAM),
  'router-region-elsewhere': cause("The router's output writes to another Region than the task's.", ROUTER_TEAM),
  'router-group-unreadable': cause("The router's output names no readable log group.", ROUTER_TEAM),
  'router-creates-group': cause(
    'The router asks to create its log group, and neither its task definition nor the settings say that it does.',
    ROUTER_TEAM,
  ),
  'key-missing': cause('A KMS key that the delivery needs does not exist.', CLUSTER_TEAM),
  'key-disabled': cause('A KMS key that the delivery needs is disabled or about to be deleted.', KEY_OWNER),
  'key-elsewhere': cause('A KMS key that the delivery needs belongs to another account or Region.', KEY_OWNER),
  'key-not-delegating': cause(
    'The key policy neither hands the key to the IAM policies of its account nor allows the role.',
    KEY_OWNER,
  ),
  'key-policy-unreadable': cause('The key policy could not be read, so that no grant can be trusted.', KEY_OWNER),
  'key-unresolved': cause('The configured KMS key could not be resolved to a key ARN.', KEY_OWNER),
  'bucket-missing': cause('The bucket of the log target does not exist.', CLUSTER_TEAM),
  'bucket-encryption-unreadable': cause(
    "The encryption of the bucket could not be read: it may be another account's, or need a key.",
    "the bucket's owner",
  ),
  'log-group-missing': cause('The log group does not exist where the agent looks for it.', CLUSTER_TEAM),
  'target-other-container': cause("The denied group is another container's of the same task.", ROLE_TEAM),
  'logging-off': cause('The cluster records no sessions (logging NONE).', CLUSTER_TEAM),
  'no-awslogs-driver': cause('Logging is DEFAULT, and the container has no awslogs driver.', CLUSTER_TEAM),
  'awslogs-group-missing': cause('Logging is DEFAULT, and the container names no awslogs-group.', CLUSTER_TEAM),
  'override-without-target': cause('Logging is OVERRIDE, and names neither log group nor bucket.', CLUSTER_TEAM),
  'log-group-unreadable': cause('The configured log group is no log group name.', CLUSTER_TEAM),
  'not-a-role-session': cause('The call was made with no role: the task has no task role of its own.', ROLE_TEAM),
  'session-not-found': cause(
    'No ExecuteCommand record of the session was found: it was opened elsewhere, or the call was forged.',
    SECURITY,
  ),
  'suppression-expired': cause(
    'Messages about the role were suppressed, and no suppression holds any more. The next denial tells what denied the call.',
    ROLE_TEAM,
  ),
  'cause-unknown': cause('AWS does not say which policy denied the call.', ROLE_TEAM),
  'missing-permission': cause('No identity-based policy of the task role allows the call.', ROLE_TEAM),
};

/** What reads otherwise of log routers. */
export const englishRouterCauses: Phrases['routerCauses'] = {
  'target-unexpected': cause(
    "The denied call did not go to the log group of the task's log router. A shell in the container can forge such a call.",
    SECURITY,
  ),
  'log-group-missing': cause('The log group does not exist, and the router does not create it.', ROUTER_TEAM),
};
