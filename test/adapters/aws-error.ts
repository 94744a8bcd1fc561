/** An error as the SDK throws it: known by its name. */
export function awsError(name: string, message = 'synthetic', fields: Readonly<Record<string, unknown>> = {}): Error {
  return Object.assign(new Error(message), { name, ...fields });
}

/** What every AWS client of these tests is built with; nothing is sent anywhere. */
export const CLIENT = {
  region: 'eu-central-1',
  credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'synthetic' },
} as const;
