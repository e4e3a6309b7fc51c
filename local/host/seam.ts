import Module from 'node:module';
import type { FunctionCallback, FunctionMetadata, HookCallback, HookName, LogLevel, ProgrammingModel } from './core.ts';

/**
 * The place where the Functions library meets its worker. It asks for `@azure/functions-core` by `require`, lazily; the real worker
 * answers by patching `Module.prototype.require`, and so do we. Therefore the very files that are deployed register themselves here.
 */

export interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

type LogSink = (level: LogLevel, category: string, message: string) => void;

const functions = new Map<string, RegisteredFunction>();
const hooks = new Map<HookName, HookCallback[]>();
let model: ProgrammingModel | undefined;
let sink: LogSink = () => {};
let open = true;

class Disposable {
  readonly #undo: () => void;
  constructor(undo: () => void) {
    this.#undo = undo;
  }
  dispose(): void {
    this.#undo();
  }
}

/** The module itself. There is one in a process, like its registrations. */
export const functionsCore = {
  version: '3.0.0',
  hostVersion: '4.0.0',
  Disposable,
  registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): Disposable {
    if (!open) throw new Error('A function can only be registered during app startup.');
    if (functions.has(metadata.name)) throw new Error(`A function named "${metadata.name}" is registered already.`);
    functions.set(metadata.name, { metadata, callback });
    return new Disposable(() => functions.delete(metadata.name));
  },
  registerHook(name: HookName, callback: HookCallback): Disposable {
    hooks.set(name, [...(hooks.get(name) ?? []), callback]);
    return new Disposable(() => {
      hooks.set(
        name,
        (hooks.get(name) ?? []).filter((other) => other !== callback),
      );
    });
  },
  setProgrammingModel(given: ProgrammingModel): void {
    model = given;
  },
  getProgrammingModel: () => model,
  log: (level: LogLevel, category: string, message: string) => sink(level, category, message),
};

let installed = false;

/** Must run before `@azure/functions` is first loaded: it remembers the answer. */
export function installSeam(log: LogSink): void {
  sink = log;
  open = true;
  if (installed) return;
  installed = true;
  Module.prototype.require = new Proxy(Module.prototype.require, {
    apply: (target, self, args) =>
      args[0] === '@azure/functions-core' ? functionsCore : Reflect.apply(target, self, args),
  });
}

/** Ends the start: later registrations are refused, as the real worker refuses them. */
export function closeRegistration(): readonly RegisteredFunction[] {
  open = false;
  return [...functions.values()];
}

export function programmingModel(): ProgrammingModel {
  if (!model)
    throw new Error('No function was registered: the entry files import app from @azure/functions and call it.');
  return model;
}

/** Runs the hooks of a name in order, as they were registered; what one throws ends the invocation. */
export async function runHooks(name: HookName, context: object): Promise<void> {
  for (const hook of hooks.get(name) ?? []) await hook(context);
}
