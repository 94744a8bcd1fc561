/** The account as it is would refuse this deployment; the message says what stands in its way. */
export class DeploymentRefusedError extends Error {
  override readonly name = 'DeploymentRefusedError';
}
