import type { Service } from '../service.ts';
import { cloudformation } from './cloudformation.ts';
import { cloudtrail } from './cloudtrail.ts';
import { dynamodb } from './dynamodb.ts';
import { ec2 } from './ec2.ts';
import { ecs } from './ecs.ts';
import { events } from './events.ts';
import { iam } from './iam.ts';
import { kms } from './kms.ts';
import { logs } from './logs.ts';
import { organizations } from './organizations.ts';
import { s3 } from './s3.ts';
import { secretsmanager } from './secretsmanager.ts';
import { sqs } from './sqs.ts';
import { ssm } from './ssm.ts';
import { sts } from './sts.ts';

/** Every service that the simulated account serves. */
export const services: readonly Service[] = [
  cloudformation,
  cloudtrail,
  dynamodb,
  ec2,
  ecs,
  events,
  iam,
  kms,
  logs,
  organizations,
  s3,
  secretsmanager,
  sqs,
  ssm,
  sts,
];
