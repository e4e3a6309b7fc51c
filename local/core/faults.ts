import { z } from 'zod';
import { fraction, type Random, systemRandom } from '../../shared/platform/random.ts';

/** A misbehaviour that a simulator can show, armed by name. Each simulator lists its own names. */
export const faultSchema = z.strictObject({
  name: z.string().min(1),
  /** How many requests it hits before it is used up. */
  times: z.number().int().positive().default(1),
  /** How many requests that it could hit go by unharmed first. */
  after: z.number().int().nonnegative().default(0),
  /** How likely a request is hit, 0 to 1. */
  chance: z.number().min(0).max(1).default(1),
  /** Only requests of this method. */
  method: z.string().optional(),
  /** Only requests whose path holds this. */
  path: z.string().optional(),
  /** What the fault needs to know: seconds to wait, a suberror, … */
  value: z.union([z.string(), z.number(), z.boolean()]).optional(),
});

export type FaultRequest = z.input<typeof faultSchema>;
export type Fault = Readonly<z.infer<typeof faultSchema>>;

export type Faults = ReturnType<typeof createFaults>;

/** The faults that are armed, and how often each fired. */
export function createFaults({ random = systemRandom }: { readonly random?: Random } = {}) {
  const armed: { fault: Fault; left: number; toPass: number }[] = [];
  const fired = new Map<string, number>();

  return {
    /** @throws ZodError for a fault that makes no sense */
    arm(request: FaultRequest): Fault {
      const fault = faultSchema.parse(request);
      armed.push({ fault, left: fault.times, toPass: fault.after });
      return fault;
    },
    /** Disarms the faults of a name, or all. The table of what fired stays. */
    disarm(name?: string): void {
      for (const entry of [...armed]) {
        if (name === undefined || entry.fault.name === name) armed.splice(armed.indexOf(entry), 1);
      }
    },
    /** The fault of this name that hits now, or undefined. Asking uses it up by one. */
    hit(name: string, request?: { readonly method: string; readonly path: string }): Fault | undefined {
      const entry = armed.find(({ fault }) => fault.name === name && concerns(fault, request));
      if (!entry) return undefined;
      if (entry.toPass > 0) {
        entry.toPass -= 1;
        return undefined;
      }
      if (entry.fault.chance < 1 && fraction(random) >= entry.fault.chance) return undefined;
      entry.left -= 1;
      if (entry.left === 0) armed.splice(armed.indexOf(entry), 1);
      fired.set(name, (fired.get(name) ?? 0) + 1);
      return entry.fault;
    },
    /** What is armed, with the number of hits left. */
    armed: (): (Fault & { left: number })[] => armed.map(({ fault, left }) => ({ ...fault, left })),
    /** How often each fault fired, by name. */
    fired: (): Record<string, number> => Object.fromEntries(fired),
  };
}

function concerns(fault: Fault, request: { method: string; path: string } | undefined): boolean {
  if (fault.method !== undefined && fault.method.toUpperCase() !== request?.method.toUpperCase()) return false;
  return fault.path === undefined || (request?.path.includes(fault.path) ?? false);
}
