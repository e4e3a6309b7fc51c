import { z } from 'zod';

/** A compiled template, as far as promises ask about it: https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax */
const parameterSchema = z.looseObject({
  type: z.string(),
  defaultValue: z.unknown().optional(),
  allowedValues: z.array(z.unknown()).optional(),
  minValue: z.number().optional(),
});
const resourceSchema = z.looseObject({
  type: z.string(),
  name: z.string(),
  location: z.string().optional(),
  scope: z.string().optional(),
  existing: z.boolean().optional(),
  properties: z.unknown().optional(),
});
const templateSchema = z.looseObject({
  parameters: z.record(z.string(), parameterSchema).default({}),
  variables: z.record(z.string(), z.unknown()).default({}),
  // By symbolic name, or in older templates a list.
  resources: z.union([
    z.array(resourceSchema),
    z.record(z.string(), resourceSchema).transform((named) => Object.values(named)),
  ]),
  outputs: z.record(z.string(), z.looseObject({ type: z.string(), value: z.unknown().optional() })).default({}),
});

export type Parameter = z.infer<typeof parameterSchema>;
type RawResource = z.infer<typeof resourceSchema>;

/** A resource that a deployment makes. */
export interface Resource extends RawResource {
  /** Where its expressions are to be read. */
  readonly template: Template;
}

export interface Template {
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, { readonly type: string; readonly value?: unknown }>>;
  /** What it makes by itself. */
  readonly resources: readonly Resource[];
  /** What the modules it calls are given, and what they are. */
  readonly modules: readonly Module[];
}

export interface Module {
  readonly values: Readonly<Record<string, unknown>>;
  readonly template: Template;
}

const moduleProperties = z.object({
  parameters: z.record(z.string(), z.object({ value: z.unknown() })).default({}),
  template: z.unknown(),
});

/** @throws ZodError when it is no template */
export function parseTemplate(json: string): Template {
  return templateOf(JSON.parse(json));
}

function templateOf(json: unknown): Template {
  const { resources: all, ...rest } = templateSchema.parse(json);
  const resources: Resource[] = [];
  const modules: Module[] = [];
  const template: Template = { ...rest, resources, modules };
  for (const resource of all) {
    if (resource.existing) continue;
    if (resource.type !== 'Microsoft.Resources/deployments') {
      resources.push({ ...resource, template });
      continue;
    }
    const properties = moduleProperties.parse(resource.properties);
    const values = Object.fromEntries(Object.entries(properties.parameters).map(([name, { value }]) => [name, value]));
    modules.push({ values, template: templateOf(properties.template) });
  }
  return template;
}

/** The modules of a template and of its modules. */
export function modulesOf(template: Template): readonly Module[] {
  return template.modules.flatMap((module) => [module, ...modulesOf(module.template)]);
}

/** The template and all it calls. */
export function templatesOf(template: Template): readonly Template[] {
  return [template, ...modulesOf(template).map((module) => module.template)];
}

/** All that a deployment makes, or what it makes of one type. */
export function resourcesOf(template: Template, type?: string): readonly Resource[] {
  return templatesOf(template)
    .flatMap(({ resources }) => resources)
    .filter((resource) => type === undefined || resource.type === type);
}

/** The only resource of a type, which must be there. */
export function theOne(template: Template, type: string): Resource | undefined {
  const found = resourcesOf(template, type);
  return found.length === 1 ? found[0] : undefined;
}

/** The last part of a resource's name: `[format('{0}/{1}', parameters('name'), 'changes')]` ends in `changes`. */
export function lastName({ name }: Resource): string {
  return /'([^']*)'\)\]$/.exec(name)?.[1] ?? name;
}

/** What lies at a path such as `properties.siteConfig.minTlsVersion`, or undefined. */
export function valueAt(of: unknown, path: string): unknown {
  let value = of;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([name]) => name === step)?.[1];
  }
  return value;
}

/** All text in a template, expressions among it. */
export function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
