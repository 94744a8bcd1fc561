import type { Service } from '../service.ts';
import { attachments } from './iam-attachments.ts';
import { policyReads } from './iam-policies.ts';
import { roleReads } from './iam-roles.ts';
import { simulation } from './iam-simulation.ts';
import { rolePolicyWrites } from './iam-writes.ts';

export const iam: Service = {
  signingName: 'iam',
  iamPrefix: 'iam',
  protocol: 'query',
  namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  eventSource: 'iam.amazonaws.com',
  throttling: { code: 'Throttling', status: 400 },
  global: true,
  operations: [...roleReads, ...policyReads, ...rolePolicyWrites, ...attachments, simulation],
};
