import { FailureError } from '../../functions/cli/failures.ts';
import { onlyInClone } from '../../functions/cli/simulated.ts';

const failing = (code: string, message: string) => () => Promise.reject(Object.assign(new Error(message), { code }));

describe('given a part that only a clone has', () => {
  it.each([
    {
      name: 'a package',
      load: failing('ERR_MODULE_NOT_FOUND', "Cannot find package 'dynalite' imported from /x/chunks/play.mjs"),
      missing: 'dynalite',
    },
    {
      name: 'a module in CommonJS',
      load: failing('MODULE_NOT_FOUND', "Cannot find module 'aws-cdk-lib/aws-sqs'\nRequire stack:\n- /x/play.cjs"),
      missing: 'aws-cdk-lib/aws-sqs',
    },
    {
      name: 'a source that is not built',
      load: failing('ERR_UNKNOWN_FILE_EXTENSION', 'Unknown file extension ".ts" for /x/play.ts'),
      missing: 'Unknown file extension ".ts" for /x/play.ts',
    },
  ])('names what could not be loaded: $name', async ({ load, missing }) => {
    await expect(onlyInClone('play', load)).rejects.toEqual(
      new FailureError(
        `play needs the simulated account, which is not part of the package: run from a clone (in a clone: npm install). Could not load ${missing}`,
      ),
    );
  });

  it('passes on what is there, and every other failure', async () => {
    expect(await onlyInClone('play', async () => 'there')).toBe('there');
    await expect(onlyInClone('play', failing('EACCES', 'no'))).rejects.toThrow('no');
  });
});
