import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import type { Reading } from '../../domain/observation.ts';
import { ABSENT, read, readingOf } from './errors.ts';

/** One output of a deployed stack; absent where there is no such stack or output. */
export function readStackOutput(
  client: CloudFormationClient,
  stackName: string,
  outputName: string,
): Promise<Reading<string>> {
  const ask = async () => {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    const found = Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === outputName)?.OutputValue;
    return found === undefined ? ABSENT : read(found);
  };
  return readingOf(ask(), { call: 'cloudformation:DescribeStacks', absent: ['ValidationError'] });
}
