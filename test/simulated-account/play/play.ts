import { asDelivered } from '../../../functions/domain/delivered-event.ts';
import type { JsonObject } from '../account-state.ts';
import { isObject } from '../schema-check.ts';
import { chooseStage, LEDGER_SCENARIO, PlayInputError } from './choose-account.ts';
import { playExec } from './exec-play.ts';
import { playLedger } from './ledger-play.ts';
import { movedToNow } from './moved-times.ts';
import { playRouter } from './router-play.ts';
import type { PlayRequest, PlayStep } from './steps.ts';

/**
 * Plays lost logs and what becomes of them: the symptom, its denial, the decision, what was written, and the next logs. Every step
 * is what happened on the simulated account, through rules, queues and the built bundles. What cannot be played is refused before
 * the first step is asked for.
 */
export function play(request: PlayRequest): AsyncGenerator<PlayStep> {
  if (request.scenario === LEDGER_SCENARIO && request.event === null && request.account === null) {
    return playLedger(request.mode);
  }
  const stage = chooseStage({ ...request, event: delivered(request.event) });
  const event = request.event === null ? null : movedToNow(delivered(request.event) ?? {}, stage.account, new Date());
  if (stage.scenario?.kind === 'router') return playRouter(request, stage, stage.scenario, event);
  if (event === null && stage.session === null)
    throw new PlayInputError('no task of the account can be entered by ECS Exec');
  return playExec(request, stage, event);
}

function delivered(event: JsonObject | null): JsonObject | null {
  const value = event === null ? null : asDelivered(event);
  return isObject(value) ? value : null;
}
