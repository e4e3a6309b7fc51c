import { randomUUID } from 'node:crypto';
import type { CoreInvocation, InvocationResponse, LogLevel, TypedValue } from './core.ts';
import { programmingModel, type RegisteredFunction, runHooks } from './seam.ts';

export type HostLog = (level: LogLevel, functionName: string, message: string) => void;

/**
 * Runs a function once, in the order of the real worker: arguments, hooks before, the handler, hooks after, answer.
 * Source: `InvocationHandler.ts` of https://github.com/Azure/azure-functions-nodejs-worker
 * @throws what the handler throws, unless a hook takes it away
 */
export async function invoke(
  { metadata, callback }: RegisteredFunction,
  input: TypedValue,
  triggerMetadata: Readonly<Record<string, TypedValue>>,
  log: HostLog,
): Promise<InvocationResponse> {
  const invocationId = randomUUID();
  const invocation: CoreInvocation = {
    invocationId,
    metadata,
    request: {
      invocationId,
      functionId: metadata.name,
      inputData: [{ name: triggerOf(metadata).name, data: input }],
      triggerMetadata,
    },
    log: (level, _category, message) => log(level, metadata.name, message),
  };
  const model = await programmingModel().getInvocationModel(invocation);
  const { context, inputs } = await model.getArguments();
  const hookData = {};

  invocation.state = 'preInvocationHooks';
  const before = { hookData, invocationContext: context, inputs, functionCallback: callback };
  await runHooks('preInvocation', before);

  invocation.state = 'invocation';
  const after: { result: unknown; error: unknown } & Record<string, unknown> = {
    hookData,
    invocationContext: context,
    inputs: before.inputs,
    result: undefined,
    error: undefined,
  };
  try {
    after.result = await model.invokeFunction(context, before.inputs, before.functionCallback);
  } catch (error) {
    after.error = error ?? new Error('The function threw nothing.');
  }

  invocation.state = 'postInvocationHooks';
  await runHooks('postInvocation', after);
  if (after.error) throw after.error;
  return model.getResponse(context, after.result);
}

/** The one binding that starts a function. */
export function triggerOf(metadata: RegisteredFunction['metadata']) {
  const trigger = Object.values(metadata.bindings).find((binding) => /trigger$/i.test(binding.type));
  if (!trigger) throw new Error(`The function "${metadata.name}" has no trigger.`);
  return trigger;
}
