import { CfnUrl } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { OwnFunction, type OwnFunctionProps } from './own-function.ts';

/**
 * A function behind a URL that lets in whom IAM lets in. Without a policy of its own, only principals of this account reach it, and
 * only those whose own policies allow `lambda:InvokeFunctionUrl` and `lambda:InvokeFunction` on it: since October 2025 AWS asks
 * for both.
 */
export class UrlFunction extends OwnFunction {
  readonly url: CfnUrl;

  constructor(scope: Construct, id: string, props: OwnFunctionProps) {
    super(scope, id, props);
    this.url = new CfnUrl(this, 'Url', {
      authType: 'AWS_IAM',
      targetFunctionArn: this.function.functionArn,
      invokeMode: 'BUFFERED',
    });
  }
}
