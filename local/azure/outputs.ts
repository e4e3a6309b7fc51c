import { z } from 'zod';

const outputsSchema = z.record(z.string(), z.object({ value: z.string() }));

/**
 * The outputs of a deployment by the names that the template gives them. Azure Resource Manager answers with names such as `hetK_DATABASE`.
 * @param json what `az deployment sub show --query properties.outputs` prints
 */
export function outputsOf(json: string): Readonly<Record<string, string>> {
  const outputs = outputsSchema.parse(JSON.parse(json.trim() || '{}') ?? {});
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name.toUpperCase(), value]));
}
