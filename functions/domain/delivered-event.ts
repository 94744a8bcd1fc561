type Fields = Readonly<Record<string, unknown>>;

/**
 * The value as a rule sees it: an EventBridge event as it is, a bare CloudTrail record in the envelope that AWS would give it.
 * Anything else is returned unchanged, and matches nothing.
 */
export function asDelivered(value: unknown): unknown {
  if (!isFields(value) || 'detail-type' in value || ('detail' in value && 'source' in value)) return value;
  const source = value['eventSource'];
  if (typeof source !== 'string') return value;
  return {
    version: '0',
    'detail-type': 'AWS API Call via CloudTrail',
    source: `aws.${source.split('.')[0]}`,
    account: value['recipientAccountId'],
    time: value['eventTime'],
    region: value['awsRegion'],
    resources: [],
    detail: value,
  };
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
