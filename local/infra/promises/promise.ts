import { type Resource, resourcesOf, type Template, valueAt } from '../template.ts';

/** Something that the infrastructure is never without, whatever the parameters. */
export interface InfraPromise {
  /** A sentence. */
  readonly says: string;
  /** How the template breaks it; empty when it keeps it. */
  readonly broken: (template: Template) => readonly string[];
}

/** Every resource of a type, and there is one, states these values literally: what is left to a default or a parameter is no promise. */
export function stated(says: string, type: string, values: Readonly<Record<string, unknown>>): InfraPromise {
  return {
    says,
    broken(template) {
      const resources = resourcesOf(template, type);
      if (resources.length === 0) return [`there is no ${type}`];
      return resources.flatMap((resource) => unlike(resource, values));
    },
  };
}

/** Where a resource says something else than it should. */
export function unlike(resource: Resource, values: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(values).flatMap(([path, wanted]) => {
    const found = JSON.stringify(valueAt(resource, path));
    return found === JSON.stringify(wanted)
      ? []
      : [`${resource.type} ${path} is ${found}, not ${JSON.stringify(wanted)}`];
  });
}

/** What is missing and what is too much. */
export function difference(what: string, found: readonly string[], wanted: readonly string[]): readonly string[] {
  return [
    ...wanted.filter((one) => !found.includes(one)).map((one) => `${what} ${one} is missing`),
    ...found.filter((one) => !wanted.includes(one)).map((one) => `${what} ${one} is too much`),
    ...found.filter((one, index) => found.indexOf(one) !== index).map((one) => `${what} ${one} is there twice`),
  ];
}
