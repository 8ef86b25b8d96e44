/** RMM_ACTIVATE, at once or by steps, and RMM_DEACTIVATE. */
import { statusWord } from '../../abi/rmi-status.js';
import { asksFor, donateWord, incomplete, newOperation, type OperationRule } from '../operation.js';
import { type Command, done, SUCCESS } from './command.js';

const ACTIVATE = {
  name: 'RMM_ACTIVATE',
  inputs: 0,
  outputs: 0,
  states: 'init',
  logsSuccess: true,
} as const;

/** TF-RMM 0.9 and head succeed without any RMM_CONFIG_SET. */
export const RMM_ACTIVATE: Command = {
  ...ACTIVATE,
  run: world => {
    world.state = 'active';
    return done(SUCCESS);
  },
};

/** x1 is the handle of the operation, x2 what it asks the host to donate. */
export function activateBySteps(rule: OperationRule): Command {
  return {
    ...ACTIVATE,
    run: world => {
      world.handles += 1;
      const operation = newOperation(rule, world.handles);
      const request = asksFor(operation);
      if (request === null) throw new Error('an operation that is complete before it begins');
      world.operation = operation;
      world.state = 'intermediate';
      return done(incomplete(operation, request), operation.handle, donateWord(operation));
    },
  };
}

/** Of 2.0-bet3: not with a granule that is not the host's, and not while an operation is open. */
export const RMM_DEACTIVATE: Command = {
  name: 'RMM_DEACTIVATE',
  inputs: 0,
  outputs: 0,
  states: 'active',
  logsSuccess: true,
  run: world => {
    if (world.granules.size > 0) return done(statusWord('ERROR_GLOBAL'));
    if (world.lost) return { unanswered: 'know which operations are open' };
    if (world.operation !== null) return done(statusWord('BUSY'));
    world.state = 'init';
    return done(SUCCESS);
  },
};
